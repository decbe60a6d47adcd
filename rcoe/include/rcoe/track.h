/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which user pages are written while an attempt to bring a replica back goes
 * on: they are write-protected, and the first write to one is caught, noted
 * and let through; what the kernel writes to user pages or enters in page
 * tables is noted where it happens. All live replicas do so from the same
 * agreed point on, so their tables stay equal, and their notes too whenever no
 * thread is imprecise. Only the protection bit of hardware entries changes;
 * nothing of this is visible to threads.
 */
#pragma once

#include "abi/types.h"

/* Protect all user pages; nothing is dirty. Tells track_is_user, too. */
void track_start(void);

/*
 * Remove the protection. Afterwards track_is_user and track_is_dirty answer
 * for the present moment.
 */
void track_stop(void);

/* A user write was refused. @return True if that was the protection. */
bool track_denied(vaddr_t address, word_t status);

/* The kernel writes into the page of `paddr`. */
void track_written(paddr_t paddr);

/* `entry` (canonical) was entered at `vaddr` in some page table. */
void track_mapped(vaddr_t vaddr, word_t entry);

/* Dirty ones among pages 32 * word to 32 * word + 31, a bit each. */
uint32_t track_dirty_pages(word_t word);

/* Page numbers count from RAM_BASE. */
bool track_is_user(word_t page);
bool track_is_dirty(word_t page);
