/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which pages a donor has to copy (again): user pages are write-protected
 * while it copies itself, and the first write to one is caught, noted and let
 * through; what the kernel writes to user pages or enters in page tables is
 * noted where it happens. Only the donor's own hardware tables change, and
 * only in the protection bit; nothing of this is visible to threads.
 */
#pragma once

#include "abi/types.h"

/* Protect all user pages; nothing is dirty. */
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

/* Page numbers count from RAM_BASE. */
bool track_is_user(word_t page);
bool track_is_dirty(word_t page);
