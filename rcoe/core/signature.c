/* SPDX-License-Identifier: BSD-2-Clause */
/* Folding of ranges into a signature. Pure. */
#include "rcoe/signature.h"

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
    signature_fold(&sum, bytes[i] | (uint32_t)bytes[i + 1] << 8 |
                             (uint32_t)bytes[i + 2] << 16 |
                             (uint32_t)bytes[i + 3] << 24);
  uint32_t rest = 0;
  for (size_t k = 0; i + k < count; k++)
    rest |= (uint32_t)bytes[i + k] << (8 * k);
  if (i < count)
    signature_fold(&sum, rest);
  *s = sum;
}
