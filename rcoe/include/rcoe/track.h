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

/*
 * Protect all user pages; nothing is dirty. There is no end: a page that is
 * never written again stays protected, which costs nothing.
 */
void track_start(void);

/* This kernel has just started with copied memory, which is protected. */
void track_resume(void);

/* A user write was refused. @return True if that was the protection. */
bool track_denied(vaddr_t address, word_t status);

/* The kernel writes into the page of `paddr` / uses a range of RAM anew. */
void track_written(paddr_t paddr);
void track_used(paddr_t start, paddr_t end);

/* `entry` (canonical) was entered at `vaddr` in some page table. */
void track_mapped(vaddr_t vaddr, word_t entry);

/*
 * Of pages 32 * word to 32 * word + 31, a bit each: those that were written
 * since the start, by anybody; the user's that were not. Who is in neither may
 * have been written by the kernel. Page numbers count from RAM_BASE.
 */
uint32_t track_dirty_pages(word_t word);
uint32_t track_unwritten_pages(word_t word);

/* Was it mapped to user mode at the start? */
bool track_is_user(word_t page);
