/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address-space identifiers. An ASID (17 bits: pool, index) names a page
 * directory; 0 names none. The hardware has 8 bits only, so address spaces
 * take turns in them: given out round robin, which is the same in all replicas.
 */
#pragma once

#include "abi/object.h"
#include "abi/types.h"
#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/invocation.h"

#define ASID_ROOT 1u          /* of the root task */
#define HARDWARE_ASID_NONE 0u /* held by nobody: mmu.c needs it */
#define HARDWARE_ASID_LAST 0xffu
#define HARDWARE_ASID_KERNEL 1u /* kernel-only address space */

/* Boot: the pool at `paddr` (cleared memory) becomes pool number 0..127. */
void asid_pool_register(word_t pool, paddr_t paddr);

/* Boot: page directory `pd` gets `asid`. */
void asid_set(word_t asid, paddr_t pd);

/* Page directory that `asid` names, 0 if none. */
paddr_t asid_page_directory(word_t asid);

/* The next ASID in use behind `asid` (0: from the start), 0 if none. */
word_t asid_next(word_t asid);

/* Hardware ASID that `asid` holds now, or HARDWARE_ASID_NONE. */
word_t asid_hardware(word_t asid);

/* The ASID that holds a hardware ASID, 0 if none. */
word_t asid_of_hardware(word_t hardware);

/* Pools by number, as canonical addresses; 0: not in use. */
extern paddr_t asid_pools[ASID_POOL_COUNT];

/*
 * The same for an ASID and the page directory that it should name, without
 * giving one out.
 * @return More than HARDWARE_ASID_LAST if it names another one.
 */
static inline word_t asid_hardware_held(word_t asid, paddr_t pd) {
  paddr_t pool = asid_pools[asid >> ASID_POOL_INDEX_BITS];
  const word_t *entry;

  if (pool == 0)
    return HARDWARE_ASID_NONE;
  entry = arch_ptr(pool);
  return entry[asid & ((1u << ASID_POOL_INDEX_BITS) - 1)] ^ pd;
}

/*
 * The same, but takes one if it holds none.
 * @return HARDWARE_ASID_NONE if `asid` does not name page directory `pd`.
 */
word_t asid_hardware_take(word_t asid, paddr_t pd);

/* `asid` names nothing any more; its translations are forgotten. */
void asid_free(word_t asid);

/* The last capability of a pool goes: all its address spaces lose theirs. */
void asid_pool_destroy(const struct cap *pool);

/* The error of an ASID that names nothing any more. */
MUST_CHECK enum err asid_bad(struct request *request);

/*
 * Does `asid` still name page directory `pd`?
 * @param cap  Capability number to blame if it names another one.
 */
MUST_CHECK enum err asid_check(struct request *request, word_t asid, paddr_t pd,
                               word_t cap);

invocation_handler vspace_invoke_asid_control;
invocation_handler vspace_invoke_asid_pool;
