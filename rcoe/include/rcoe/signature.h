/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signature: a running 64-bit digest of what a replica did. The low lane is a
 * bijection of its previous value for every folded word, so two replicas that
 * once differed in it and then do the same never agree again: divergence is
 * remembered. The high lane makes an accidental re-match of replicas that go
 * on doing different things a matter of 2^-64.
 */
#pragma once

#include "abi/types.h"

struct signature {
  uint32_t lo;
  uint32_t hi;
};

#define SIGNATURE_INITIAL ((struct signature){0x811c9dc5u, 0x9e3779b9u})
#define SIGNATURE_PRIME 0x01000193u /* FNV-1a, 32 bit: odd, so invertible */

/* Fold one word. Pure; any context. */
static inline void signature_fold(struct signature *s, uint32_t word) {
  s->lo = (s->lo ^ word) * SIGNATURE_PRIME;
  s->hi = ((s->hi << 7) | (s->hi >> 25)) + s->lo;
}

/* Fold `count` words, known when compiled: no loop. For the hot paths. */
static inline void signature_fold_few(struct signature *s,
                                      const uint32_t *words, size_t count) {
#pragma GCC unroll 8
  for (size_t i = 0; i < count; i++)
    signature_fold(s, words[i]);
}

/* Fold `count` words. */
void signature_fold_words(struct signature *s, const uint32_t *words,
                          size_t count);

/* Fold `count` bytes, four at a time; the tail is padded with zero bytes. */
void signature_fold_bytes(struct signature *s, const uint8_t *bytes,
                          size_t count);
