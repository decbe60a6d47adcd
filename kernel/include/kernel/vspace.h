/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces: frames, page tables, page directories, ASIDs. */
#pragma once

#include "abi/error.h"
#include "abi/message.h"
#include "abi/object.h"
#include "abi/types.h"
#include "kernel/asid.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/invocation.h"
#include "kernel/vspace_cache.h"

struct tcb;

invocation_handler vspace_invoke_page_table;
invocation_handler vspace_invoke_frame;

/*
 * A frame, page table, page directory or ASID pool capability goes: remove
 * its mapping; on the last one free the ASID(s). A page table or directory
 * that dies must not keep hardware entries (they differ between replicas).
 */
void vspace_cap_deleted(const struct cap *cap, bool is_last);

/*
 * Copy rules of the address-space types: a frame copy loses its mapping, an
 * unmapped page table or a directory without ASID is ERR_ILLEGAL_OPERATION.
 * @param cap  In and out, any of the address-space types.
 */
MUST_CHECK enum err vspace_derive(struct cap *cap);

/* Zeroed memory becomes a page directory or page table (enum object_type). */
void vspace_object_init(enum object_type type, paddr_t paddr);

/*
 * Make an address space current that may have no hardware ASID yet; the
 * kernel's own if `asid` does not name `pd`. See running_enter_space.
 */
void vspace_activate(paddr_t pd, word_t asid);

/* What an ASID stands for has changed: the next way out looks again. */
void vspace_asid_changed(void);

/* Canonical page directory in use now, 0 if it is the kernel's own. */
paddr_t vspace_current(void);

/* This core has just started: use the address space that is current. */
void vspace_reload(void);

/*
 * Kernel pointer to the thread's IPC buffer through the frame capability in
 * its TCB, or NULL (no buffer, device frame, read-only when receiving).
 */
struct ipc_buffer *vspace_ipc_buffer(const struct tcb *tcb, bool for_receive);

/*
 * Enter a frame at the place that its capability says, which is free and of
 * the right kind (vspace_table_check).
 */
struct vspace;
void vspace_map_frame(const struct vspace *space, const struct cap *frame,
                      enum frame_rights rights, word_t attributes);

/*
 * Is the mapping that a frame capability remembers still in place?
 * @param space  Out: the address space that it remembers; pd 0 if it is gone.
 */
bool vspace_frame_is_entered(const struct cap *frame, struct vspace *space);

/* What a thread's virtual address stands for. */
struct vspace_translation {
  paddr_t paddr;     /* canonical; of a device: as it is */
  word_t bytes_left; /* from there to the end of the frame */
  bool device;       /* a device's, or RAM as devices see it */
};

/*
 * Translate an address as user code of `tcb` would reach it, by the rights of
 * its mapping. A device mapping keeps the rights that the user asked for even
 * where its hardware entry denies user mode all access.
 *
 * @param write  The caller wants to write.
 * @return False: not mapped, or without that right.
 */
MUST_CHECK bool vspace_translate(const struct tcb *tcb, vaddr_t vaddr,
                                 bool write, struct vspace_translation *out);

/* ---- canonical view of hardware tables ----------------------------------- */

#define VSPACE_BLOCK_BITS 10 /* a block is 1 KiB, the smallest table */
#define VSPACE_TABLE_WORDS                                                     \
  ((0x10000000u >> VSPACE_BLOCK_BITS) / WORD_BITS) /* 256 MiB of RAM */

/*
 * A bit for each block of RAM from RAM_BASE, least significant bit first: set
 * while the block is part of a hardware page table, of user level or of the
 * kernel.
 */
extern word_t vspace_table_blocks[VSPACE_TABLE_WORDS];

/* A word of such a block with the partition offset taken out. */
word_t vspace_entry_canonical(word_t entry);
