/* SPDX-License-Identifier: BSD-2-Clause */
/* rcoe/core/signature.c: once different, different for ever. */
#include "harness/check.h"
#include "rcoe/signature.h"

#define ROUNDS 2000u

static uint32_t next_word(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state ^ *state >> 15;
}

static void different_stays_different_under_equal_suffixes(void) {
  uint32_t random = 1;
  for (uint32_t bit = 0; bit < 32; bit++) {
    struct signature a = SIGNATURE_INITIAL;
    struct signature b = SIGNATURE_INITIAL;
    uint32_t word = next_word(&random);
    bool differ = true;
    signature_fold(&a, word);
    signature_fold(&b, word ^ 1u << bit);
    for (uint32_t i = 0; i < ROUNDS; i++) {
      differ &= a.lo != b.lo;
      word = next_word(&random);
      signature_fold(&a, word);
      signature_fold(&b, word);
    }
    CHECK(differ, "one flipped bit shows in the low lane for ever");
  }
}

/* The inverse of a fold exists, so folding is a bijection of the low lane. */
static void low_lane_can_be_unfolded(void) {
  uint32_t inverse = 1; /* of SIGNATURE_PRIME modulo 2^32, by Newton */
  for (int i = 0; i < 6; i++)
    inverse *= 2 - SIGNATURE_PRIME * inverse;
  uint32_t random = 7;
  for (uint32_t i = 0; i < ROUNDS; i++) {
    struct signature s = {next_word(&random), next_word(&random)};
    struct signature before = s;
    uint32_t word = next_word(&random);
    signature_fold(&s, word);
    CHECK(((s.lo * inverse) ^ word) == before.lo,
          "the low lane before a fold follows from the one after it");
    CHECK((s.hi - s.lo) == ((before.hi << 7 & 0xffffffffu) | (before.hi >> 25)),
          "the high lane before a fold follows from the one after it");
  }
}

static bool equal(struct signature a, struct signature b) {
  return a.lo == b.lo && a.hi == b.hi;
}

static void order_matters(void) {
  struct signature a = SIGNATURE_INITIAL;
  struct signature b = SIGNATURE_INITIAL;
  signature_fold_words(&a, (uint32_t[]){1, 2, 3}, 3);
  signature_fold_words(&b, (uint32_t[]){1, 3, 2}, 3);
  CHECK(!equal(a, b), "the same words in another order differ");
  CHECK(a.lo != b.lo, "the same words in another order differ in the low lane");
}

static void zero_counts(void) {
  struct signature a = SIGNATURE_INITIAL;
  struct signature b = SIGNATURE_INITIAL;
  signature_fold(&b, 0);
  CHECK(!equal(a, b), "folding a zero is not the same as folding nothing");
  signature_fold_words(&a, NULL, 0);
  CHECK(equal(a, SIGNATURE_INITIAL), "no words leave the signature alone");
}

static void words_fold_one_by_one(void) {
  uint32_t words[5] = {9, 8, 7, 0xffffffffu, 0};
  struct signature a = SIGNATURE_INITIAL;
  struct signature b = SIGNATURE_INITIAL;
  signature_fold_words(&a, words, 5);
  for (int i = 0; i < 5; i++)
    signature_fold(&b, words[i]);
  CHECK(equal(a, b), "a range folds as its words do, one after the other");
}

static void every_byte_counts_at_every_length(void) {
  uint8_t bytes[13];
  for (size_t count = 0; count <= sizeof(bytes); count++) {
    for (size_t i = 0; i < sizeof(bytes); i++)
      bytes[i] = (uint8_t)(17 * i + 3);
    struct signature whole = SIGNATURE_INITIAL;
    signature_fold_bytes(&whole, bytes, count);
    for (size_t i = 0; i < sizeof(bytes); i++) {
      struct signature other = SIGNATURE_INITIAL;
      bytes[i] ^= 0x10;
      signature_fold_bytes(&other, bytes, count);
      bytes[i] ^= 0x10;
      CHECK(equal(whole, other) == (i >= count),
            "exactly the bytes within the count matter");
    }
  }
}

static void tail_is_padded_with_zeros(void) {
  uint8_t padded[8] = {1, 2, 3, 4, 5, 0, 0, 0};
  struct signature a = SIGNATURE_INITIAL;
  struct signature b = SIGNATURE_INITIAL;
  struct signature c = SIGNATURE_INITIAL;
  signature_fold_bytes(&a, padded, 5);
  signature_fold_bytes(&b, padded, 8);
  signature_fold_words(&c, (uint32_t[]){0x04030201u, 5}, 2);
  CHECK(equal(a, b), "a tail folds as if zeros followed it");
  CHECK(equal(a, c), "bytes fold as little-endian words");
}

int main(void) {
  different_stays_different_under_equal_suffixes();
  low_lane_can_be_unfolded();
  order_matters();
  zero_counts();
  words_fold_one_by_one();
  every_byte_counts_at_every_length();
  tail_is_padded_with_zeros();
  return check_report("signature");
}
