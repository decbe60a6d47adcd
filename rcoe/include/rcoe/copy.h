/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying pages between partitions. Foreign memory is mapped for one page at a
 * time, in the closed domain; page tables get the other partition's offset.
 * Page numbers count from RAM_BASE.
 */
#pragma once

#include "abi/types.h"
#include "kernel/untyped.h"

#define COPY_PAGE_SIZE (1u << UNTYPED_PAGE_BITS)

/* Canonical address of a page. */
paddr_t copy_paddr(word_t page);

/* Which 1 KiB blocks of a page are hardware tables: four bits. */
word_t copy_tables_in(word_t page);

/* Does word `index` of a page with `tables` lie in a hardware table? */
bool copy_is_table(word_t tables, word_t index);

/* Map a page by its real address / of another partition; close it after. */
void *copy_open_real(paddr_t real);
void *copy_open(uint32_t of, word_t page);
void copy_close(void);

/* Clear a page of `to`, copy the own page there, or copy its page here. */
void copy_clear(uint32_t to, word_t page);
void copy_page_to(uint32_t to, word_t page);
void copy_page_from(uint32_t from, word_t page);

/* Offset of a replica's partition. */
paddr_t copy_offset_of(uint32_t of);
