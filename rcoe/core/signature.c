/* SPDX-License-Identifier: BSD-2-Clause */
/* Folding of ranges into a signature. Pure. */
#include "rcoe/signature.h"

/* Four bytes that may lie anywhere. Little-endian, as all that runs this. */
static uint32_t word_at(const uint8_t *bytes) {
  uint32_t word;
  __builtin_memcpy(&word, bytes, sizeof(word));
  return word;
}

void signature_fold_words(struct signature *s, const uint32_t *words,
                          size_t count) {
  struct signature sum = *s; /* in registers: `words` may lie anywhere */
#pragma GCC unroll 4
  for (size_t i = 0; i < count; i++)
    signature_fold(&sum, words[i]);
  *s = sum;
}

void signature_fold_bytes(struct signature *s, const uint8_t *bytes,
                          size_t count) {
  struct signature sum = *s;
  size_t i = 0;
  for (; i + 4 <= count; i += 4)
    signature_fold(&sum, word_at(bytes + i));
  uint32_t rest = 0;
  for (size_t k = 0; i + k < count; k++)
    rest |= (uint32_t)bytes[i + k] << (8 * k);
  if (i < count)
    signature_fold(&sum, rest);
  *s = sum;
}
