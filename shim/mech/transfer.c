/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy and check in one pass. */
#include "shim/transfer.h"

/* Lines that are all zero count, too. */
#define CHECK_INITIAL ((struct arch_sums){1, 0})

static bool aligned(const void *pointer) {
  return (uintptr_t)pointer % sizeof(uint32_t) == 0;
}

/* Up to four bytes, copied unless `to` is NULL. @return Them as a word. */
static uint32_t copy_bytes(uint8_t *to, const uint8_t *from, size_t count) {
  uint32_t word = 0;
  for (size_t k = 0; k < count && k < 4; k++) {
    uint8_t byte = from[k];
    word |= (uint32_t)byte << (8 * k);
    if (to)
      to[k] = byte;
  }
  return word;
}

/* What is not made of aligned lines, by bytes. */
static void copy_rest(struct arch_sums *check, uint8_t *to, const uint8_t *from,
                      size_t count) {
  for (size_t i = 0; i < count; i += 4) {
    uint32_t word = copy_bytes(to ? to + i : NULL, from + i, count - i);
    check->sum = arch_sum_word(check->sum, word);
    if (i % ARCH_LINE_BYTES == ARCH_LINE_BYTES - 4 || i + 4 >= count)
      check->sum_of_sums += check->sum;
  }
}

struct arch_sums transfer_copy(void *to, const void *from, size_t count) {
  struct arch_sums check = CHECK_INITIAL;
  uint8_t *bytes_to = to;
  const uint8_t *bytes = from;
  size_t lines = aligned(to) && aligned(from) ? count / ARCH_LINE_BYTES : 0;
  size_t done = lines * ARCH_LINE_BYTES;
  arch_lines_copy(to, from, (word_t)lines, &check);
  copy_rest(&check, bytes_to + done, bytes + done, count - done);
  return check;
}

struct arch_sums transfer_check(const void *from, size_t count) {
  struct arch_sums check = CHECK_INITIAL;
  const uint8_t *bytes = from;
  size_t lines = aligned(from) ? count / ARCH_LINE_BYTES : 0;
  size_t done = lines * ARCH_LINE_BYTES;
  arch_lines_sum(from, (word_t)lines, &check);
  copy_rest(&check, NULL, bytes + done, count - done);
  return check;
}
