/* SPDX-License-Identifier: BSD-2-Clause */
/* The hash of a page: every single flip changes it, and so do pairs. */
#include "rcoe/page_hash.h"

#include "harness/check.h"

#define WORDS 1024u /* of a page */

static uint32_t words[WORDS];

static void fill(uint32_t seed) {
  for (uint32_t i = 0; i < WORDS; i++) {
    seed = seed * 1664525u + 1013904223u;
    words[i] = seed & 0x40 ? seed : 0; /* half of it zero, as memory is */
  }
}

static struct page_hash hash(void) {
  struct page_hash h = PAGE_HASH_INITIAL;
  page_hash_words(&h, words, WORDS);
  return h;
}

static void every_single_flip_changes_hash_and_digest(void) {
  fill(1);
  struct page_hash whole = hash();
  uint32_t missed = 0;
  uint32_t same_digest = 0;
  for (uint32_t bit = 0; bit < WORDS * 32; bit++) {
    words[bit / 32] ^= 1u << bit % 32;
    struct page_hash flipped = hash();
    words[bit / 32] ^= 1u << bit % 32;
    missed += page_hash_equal(&whole, &flipped);
    same_digest += page_hash_digest(&whole) == page_hash_digest(&flipped);
  }
  CHECK(missed == 0, "every single flip changes the hash");
  CHECK(same_digest == 0, "every single flip changes the digest");
}

/* The same bit in two words, and a bit that moves by one. */
static void pairs_of_flips_change_it(void) {
  fill(2);
  struct page_hash whole = hash();
  uint32_t missed = 0;
  for (uint32_t i = 0; i < WORDS; i += 3)
    for (uint32_t k = i; k < WORDS; k += 17) {
      words[i] ^= 0x00010000u;
      words[k] ^= 0x80000000u;
      struct page_hash flipped = hash();
      missed += page_hash_equal(&whole, &flipped);
      words[k] ^= 0x80000000u;
      words[i] ^= 0x00010000u;
    }
  CHECK(missed == 0, "every pair of flips changes the hash");
}

static void words_that_change_places_change_it(void) {
  fill(3);
  struct page_hash whole = hash();
  for (uint32_t i = 0; i + 4 < WORDS; i++) {
    uint32_t kept = words[i];
    words[i] = words[i + 4];
    words[i + 4] = kept;
    struct page_hash moved = hash();
    bool equal = words[i] == words[i + 4];
    CHECK(page_hash_equal(&whole, &moved) == equal,
          "words that change places change the hash");
    words[i + 4] = words[i];
    words[i] = kept;
  }
}

static void a_sum_of_pages_depends_on_each_and_its_number(void) {
  struct page_hash one = {1, 2};
  struct page_hash other = {1, 3};
  struct page_hash sums[4] = {PAGE_HASH_INITIAL, PAGE_HASH_INITIAL,
                              PAGE_HASH_INITIAL, PAGE_HASH_INITIAL};
  page_hash_add(&sums[0], 5, &one);
  page_hash_add(&sums[1], 5, &other);
  page_hash_add(&sums[2], 6, &one);
  for (int i = 0; i < 4; i++)
    for (int k = 0; k < i; k++)
      CHECK(!page_hash_equal(&sums[i], &sums[k]),
            "sums of different pages differ");
}

static void a_digest_has_28_bits(void) {
  for (uint32_t i = 0; i < 100; i++) {
    struct page_hash h = {i * 0x01234567u, ~i};
    CHECK(page_hash_digest(&h) >> PAGE_DIGEST_BITS == 0,
          "a digest has 28 bits");
  }
}

int main(void) {
  every_single_flip_changes_hash_and_digest();
  pairs_of_flips_change_it();
  words_that_change_places_change_it();
  a_sum_of_pages_depends_on_each_and_its_number();
  a_digest_has_28_bits();
  return check_report("page_hash");
}
