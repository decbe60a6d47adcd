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
#include "rcoe/factors.h"

struct signature {
  uint32_t lo;
  uint32_t hi;
};

#define SIGNATURE_INITIAL ((struct signature){0x811c9dc5u, 0x9e3779b9u})

/* Fold one word. Pure; any context. */
static inline void signature_fold(struct signature *s, uint32_t word) {
  s->lo = (s->lo ^ word) * SIGNATURE_PRIME;
  s->hi = ((s->hi << 7) | (s->hi >> 25)) + s->lo;
}

/*
 * A group of words that belong together, for the hot paths: signature_add each,
 * then signature_mix once. The same holds as for single words, but that a
 * change of two words of a group may cancel in the low lane (rotated by the
 * distance of their places); not in the high one, which has added the sum in
 * between.
 */
static inline void signature_add(struct signature *s, uint32_t word) {
  s->lo = ((s->lo << 5) | (s->lo >> 27)) ^ word;
  s->hi = ((s->hi << 7) | (s->hi >> 25)) + s->lo;
}

static inline void signature_mix(struct signature *s) {
  s->lo *= SIGNATURE_PRIME;
}

/* Fold `count` words. */
void signature_fold_words(struct signature *s, const uint32_t *words,
                          size_t count);

/* Fold `count` bytes, four at a time; the tail is padded with zero bytes. */
void signature_fold_bytes(struct signature *s, const uint8_t *bytes,
                          size_t count);
