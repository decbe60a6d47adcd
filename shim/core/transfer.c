/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy and fold in one pass. Pure. */
#include "shim/transfer.h"

/* Copy up to four bytes. @return Them as a little-endian word. */
static uint32_t copy_bytes(volatile uint8_t *to, const volatile uint8_t *from,
                           size_t count) {
  uint32_t word = 0;
  for (size_t k = 0; k < count && k < 4; k++) {
    to[k] = from[k];
    word |= (uint32_t)to[k] << (8 * k);
  }
  return word;
}

static bool word_aligned(const volatile void *pointer) {
  return ((uintptr_t)pointer & 3) == 0;
}

struct signature transfer_copy(volatile uint8_t *to,
                               const volatile uint8_t *from, size_t count) {
  struct signature check = SIGNATURE_INITIAL;
  size_t i = 0;
  if (word_aligned(to) && word_aligned(from))
#pragma GCC unroll 4
    for (; i + 4 <= count; i += 4) {
      uint32_t word =
          *(const volatile uint32_t *)(const volatile void *)(from + i);
      *(volatile uint32_t *)(volatile void *)(to + i) = word;
      signature_fold(&check, word);
    }
  for (; i < count; i += 4)
    signature_fold(&check, copy_bytes(to + i, from + i, count - i));
  return check;
}

struct signature transfer_check(const volatile uint8_t *from, size_t count) {
  struct signature check = SIGNATURE_INITIAL;
  uint8_t tail[4];
  size_t i = 0;
  if (word_aligned(from))
#pragma GCC unroll 4
    for (; i + 4 <= count; i += 4)
      signature_fold(
          &check,
          *(const volatile uint32_t *)(const volatile void *)(from + i));
  for (; i < count; i += 4)
    signature_fold(&check, copy_bytes(tail, from + i, count - i));
  return check;
}
