/* SPDX-License-Identifier: BSD-2-Clause */
/* Hash of memory pages; rcoe/page_hash.h explains. Pure. */
#include "rcoe/page_hash.h"

#define GROUPS 4u /* unrolled */

void page_hash_words(struct page_hash *h, const uint32_t *words, size_t count) {
  struct page_hash hash = *h;
  const uint32_t *end = words + count;
  for (; words != end; words += GROUPS * PAGE_HASH_GROUP)
#pragma GCC unroll 4
    for (size_t i = 0; i < GROUPS; i++)
      page_hash_group(&hash, words + i * PAGE_HASH_GROUP);
  *h = hash;
}

void page_hash_add(struct page_hash *all, uint32_t page,
                   const struct page_hash *one) {
  page_hash_group(all, (uint32_t[PAGE_HASH_GROUP]){one->lo, one->hi, page});
}

bool page_hash_equal(const struct page_hash *a, const struct page_hash *b) {
  return a->lo == b->lo && a->hi == b->hi;
}

/* The finishing steps make one flipped bit of the hash change half of all. */
uint32_t page_hash_digest(const struct page_hash *h) {
  uint32_t x = h->lo ^ (h->hi << 16 | h->hi >> 16) * 0x9e3779b1u;
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return (x ^ x >> 16) >> (32 - PAGE_DIGEST_BITS);
}
