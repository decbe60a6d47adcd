/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page hash: 64 bits over the words of memory pages, made for speed: about two
 * instructions per word on Cortex-A9 (UMLAL). Each group of four words is
 * multiplied by odd constants and added; then the two lanes are mixed, which
 * can be undone. So two pages that differ in one word never have equal hashes;
 * other differences are missed with a chance of about 2^-64. It is no
 * signature and never enters one.
 */
#pragma once

#include "abi/types.h"

#define PAGE_HASH_GROUP 4u /* words */

struct page_hash {
  uint32_t lo;
  uint32_t hi;
};

#define PAGE_HASH_INITIAL ((struct page_hash){0x6a09e667u, 0xbb67ae85u})

/* Fold PAGE_HASH_GROUP words. Pure; any context. */
static inline void page_hash_group(struct page_hash *h, const uint32_t *w) {
  uint64_t sum = (uint64_t)h->hi << 32 | h->lo;
  sum += (uint64_t)w[0] * 0x9e3779b1u;
  sum += (uint64_t)w[1] * 0x85ebca77u;
  sum += (uint64_t)w[2] * 0xc2b2ae3du;
  sum += (uint64_t)w[3] * 0x27d4eb2fu;
  h->lo = (uint32_t)sum;
  h->hi = (uint32_t)(sum >> 32);
  h->hi += h->lo << 11 | h->lo >> 21;
  h->lo ^= h->hi << 25 | h->hi >> 7;
}

/* Fold `count` words, a multiple of 4 * PAGE_HASH_GROUP. */
void page_hash_words(struct page_hash *h, const uint32_t *words, size_t count);

/* Fold the hash of page number `page` into that of several. */
void page_hash_add(struct page_hash *all, uint32_t page,
                   const struct page_hash *one);

bool page_hash_equal(const struct page_hash *a, const struct page_hash *b);

/* 28 bits of it, each of which depends on all 64. */
#define PAGE_DIGEST_BITS 28u
uint32_t page_hash_digest(const struct page_hash *h);
