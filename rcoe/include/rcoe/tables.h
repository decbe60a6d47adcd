/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hardware page tables, the kernel's own among them, in a form that is equal
 * in all replicas. What legitimately differs between them, and how it is taken
 * out, is this and nothing else:
 *
 *   an entry that points into the own partition   the partition offset
 *   the shared region's table, the own block:     its pages are writable, those
 *                                                 of others are not: that bit
 *   the foreign window's one entry                0 but while a page is copied,
 *                                                 and so it is in each copy
 *
 * A block is 1 KiB of a table (kernel/vspace.h: vspace_table_blocks).
 */
#pragma once

#include "abi/types.h"
#include "kernel/vspace.h"
#include "rcoe/page_hash.h"

#define TABLES_BLOCK_WORDS ((1u << VSPACE_BLOCK_BITS) / sizeof(word_t))

/*
 * Hash the block `entry`, which lies at canonical address `block` in the
 * partition of replica `of`.
 */
void tables_hash(struct page_hash *hash, const word_t *entry, paddr_t block,
                 uint32_t of);

/* A copy of that block in the partition of `from` becomes one for `to`. */
void tables_translate(word_t *entry, paddr_t block, uint32_t from, uint32_t to);

/* `words`, to be written to the own page at `paddr` through the foreign
   window, must not close the window meanwhile. */
void tables_keep_window(word_t *words, paddr_t paddr);
