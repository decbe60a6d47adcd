/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy and check in one pass. Pure. */
#include "shim/transfer.h"

#define LINE_WORDS 8u
#define LINE_BYTES (LINE_WORDS * sizeof(uint32_t))

/* Lines that are all zero count, too. */
#define CHECK_INITIAL ((struct transfer_check){1, 0})

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
static void copy_rest(struct transfer_check *check, uint8_t *to,
                      const uint8_t *from, size_t count) {
  for (size_t i = 0; i < count; i += 4) {
    check->sum += copy_bytes(to ? to + i : NULL, from + i, count - i);
    if (i % LINE_BYTES == LINE_BYTES - 4 || i + 4 >= count)
      check->sum_of_sums += check->sum;
  }
}

struct transfer_check transfer_copy(void *to, const void *from, size_t count) {
  struct transfer_check check = CHECK_INITIAL;
  size_t whole = aligned(to) && aligned(from) ? count / LINE_BYTES : 0;
  const uint32_t *word = from;
  uint32_t *word_to = to;
  for (size_t line = 0; line < whole; line++) {
#pragma GCC unroll 8
    for (size_t i = 0; i < LINE_WORDS; i++)
      check.sum += word_to[i] = word[i];
    check.sum_of_sums += check.sum;
    word += LINE_WORDS;
    word_to += LINE_WORDS;
  }
  copy_rest(&check, (uint8_t *)word_to, (const uint8_t *)word,
            count - whole * LINE_BYTES);
  return check;
}

struct transfer_check transfer_check(const void *from, size_t count) {
  struct transfer_check check = CHECK_INITIAL;
  size_t whole = aligned(from) ? count / LINE_BYTES : 0;
  const uint32_t *word = from;
  for (size_t line = 0; line < whole; line++) {
#pragma GCC unroll 8
    for (size_t i = 0; i < LINE_WORDS; i++)
      check.sum += word[i];
    check.sum_of_sums += check.sum;
    word += LINE_WORDS;
  }
  copy_rest(&check, NULL, (const uint8_t *)word, count - whole * LINE_BYTES);
  return check;
}
