/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces: frames, page tables, page directories, ASIDs. */
#pragma once

#include "abi/error.h"
#include "abi/message.h"
#include "abi/object.h"
#include "abi/types.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/invocation.h"

struct tcb;

invocation_handler vspace_invoke_page_directory;
invocation_handler vspace_invoke_page_table;
invocation_handler vspace_invoke_frame;
invocation_handler vspace_invoke_asid_control;
invocation_handler vspace_invoke_asid_pool;

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
 * Make the address space of `tcb` current; a kernel-only one if it has none.
 * Called on every kernel exit: must be cheap when nothing has changed.
 */
void vspace_activate(struct tcb *tcb);

/*
 * Kernel pointer to the thread's IPC buffer through the frame capability in
 * its TCB, or NULL (no buffer, device frame, read-only when receiving).
 */
struct ipc_buffer *vspace_ipc_buffer(const struct tcb *tcb, bool for_receive);
