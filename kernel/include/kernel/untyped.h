/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Untyped memory: Retype, and the record of which RAM is still zero since
 * boot, so that the first Retype of a region need not clear it.
 */
#pragma once

#include "abi/memory.h"
#include "abi/types.h"
#include "kernel/invocation.h"
#include "kernel/slot.h"

#define UNTYPED_RAM_MAX 0x10000000u /* kernel window: 256 MiB */
#define UNTYPED_PAGE_BITS 12

/*
 * One bit per 4 KiB page of RAM from RAM_BASE, least significant bit first:
 * set once the page may hold something else than zeros. Host tools read it.
 */
extern word_t untyped_dirty[(UNTYPED_RAM_MAX >> UNTYPED_PAGE_BITS) / WORD_BITS];

invocation_handler untyped_invoke;

/* Mark [start, end) of RAM as possibly not zero (boot, fresh objects). */
void untyped_mark_dirty(paddr_t start, paddr_t end);

/* Is the page at `paddr` possibly not zero? */
bool untyped_is_dirty(paddr_t paddr);

/*
 * Use an untyped capability up for one object as large as itself (ASID pool):
 * clears its memory, marks it dirty and moves the watermark to the end.
 * The caller has checked that it is RAM and has no children.
 */
void untyped_consume(struct cap_slot *slot);
