/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages between partitions, and their hashes. Foreign memory is mapped for one
 * page at a time, in the closed domain. Page tables get the other partition's
 * offset when they are copied, and are hashed without any offset. Page numbers
 * count from RAM_BASE.
 */
#pragma once

#include "abi/types.h"
#include "kernel/untyped.h"
#include "rcoe/page_hash.h"

#define COPY_PAGE_SIZE (1u << UNTYPED_PAGE_BITS)

/* Canonical address of a page. */
paddr_t copy_paddr(word_t page);

/* Is it in use and the same in all replicas? Only such pages are hashed. */
bool copy_is_shared(word_t page);

/* Map a page by its real address / of another partition / of that of one that
   is not live, to be written; close it after. */
void *copy_open_real(paddr_t real);
void *copy_open(uint32_t of, word_t page);
void *copy_open_to(uint32_t to, word_t page);
void copy_close(void);

/* Hash of the own page / of what lies in its place in partition `of`. */
struct page_hash copy_hash(word_t page);
struct page_hash copy_hash_of(uint32_t of, word_t page);

/* Clear a page of `to` / copy the own page there: the hash of what it holds
   then, read back / copy its page here. */
void copy_clear(uint32_t to, word_t page);
struct page_hash copy_page_to(uint32_t to, word_t page);
void copy_page_from(uint32_t from, word_t page);

/* Offset of a replica's partition. */
paddr_t copy_offset_of(uint32_t of);
