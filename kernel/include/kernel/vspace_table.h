/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hardware page tables as data structures: find, set and clear entries. Knows
 * nothing of capabilities' rights or invocations (vspace.c).
 */
#pragma once

#include "abi/error.h"
#include "abi/types.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/cspace.h"
#include "kernel/pte.h"

/* Boot: bytes of RAM of a replica. */
void vspace_table_init(word_t ram_size);

/* Does RAM of this replica lie at canonical `paddr`? */
bool vspace_is_ram(paddr_t paddr);

/* Real address of canonical RAM; devices are where they are. */
paddr_t vspace_real(paddr_t paddr);

/* Is it this replica's own RAM? If not, it is a device's or shared with one. */
bool vspace_is_private(paddr_t real);

/* Canonical address of a real one; the inverse of vspace_real. */
paddr_t vspace_canonical(paddr_t real);

/* An address space to work on. */
struct vspace {
  paddr_t pd;
  word_t asid;
};

/*
 * May `mapping` be entered at `vaddr`?
 * @return ERR_NONE; ERR_DELETE_FIRST (the place is taken by another size);
 *         ERR_FAILED_LOOKUP with *fault (no page table there).
 */
MUST_CHECK enum err vspace_table_check(const struct vspace *space,
                                       vaddr_t vaddr, enum frame_size size,
                                       struct lookup_fault *fault);

/* Enter a frame; vspace_table_check has passed. */
void vspace_table_map(const struct vspace *space, vaddr_t vaddr,
                      const struct pte_mapping *mapping);

/* A frame that is entered in an address space. */
struct vspace_place {
  vaddr_t vaddr; /* first byte */
  enum frame_size size;
  word_t entry;
};

/* @return False if nothing is mapped at `vaddr`. */
MUST_CHECK bool vspace_table_find(paddr_t pd, vaddr_t vaddr,
                                  struct vspace_place *out);

/* Is the frame at canonical `paddr` entered at `vaddr`? */
bool vspace_table_holds(paddr_t pd, vaddr_t vaddr, paddr_t paddr,
                        enum frame_size size);

/* Remove the frame entered at `vaddr`; vspace_table_holds it. */
void vspace_table_unmap(const struct vspace *space, vaddr_t vaddr,
                        enum frame_size size);

/* Page tables: enter, look, remove. `table` is canonical. */
bool vspace_table_is_free(paddr_t pd, vaddr_t vaddr);
void vspace_table_enter(const struct vspace *space, vaddr_t vaddr,
                        paddr_t table);
void vspace_table_remove(const struct vspace *space, vaddr_t vaddr,
                         paddr_t table);

/* Zeroed memory becomes a hardware table, and becomes plain memory again. */
void vspace_table_begin(enum object_type type, paddr_t paddr);
void vspace_table_end(enum object_type type, paddr_t paddr);

/* Memory at `paddr` (2^size_bits bytes) is one of the kernel's own tables. */
void vspace_table_mark(paddr_t paddr, word_t size_bits);

/* Called for each entry (of a span: for each of its entries). */
typedef void vspace_visitor(word_t *entry, enum frame_size size);

/* Visit all frames that are entered in `pd` below USER_TOP. */
void vspace_table_walk(paddr_t pd, vspace_visitor *visit);

/* Hardware entry of the frame at `vaddr`, NULL if there is none. */
word_t *vspace_table_entry(paddr_t pd, vaddr_t vaddr, enum frame_size *size);
