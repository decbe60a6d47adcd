/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a group of checks gets its objects: one untyped, revoked after each
 * group, so that no group sees what another one left. A failure to make an
 * object ends the run: it is no check.
 */
#pragma once

#include "abi/bootinfo.h"
#include "abi/object.h"
#include "root/memory.h"
#include "sel4/types.h"

#define ARENA_BITS 23
#define ROOT ROOT_SLOT_CNODE

/** Take the arena's memory. Call once, after memory_start. */
void arena_start(void);

/** Destroy all objects of the group. */
void arena_clear(void);

/** @return The arena itself. */
cptr_t arena_untyped(void);

/** @return A cap to a fresh object. `size_bits` as Retype takes it. */
cptr_t arena_make(enum object_type type, word_t size_bits);

/** @return An empty slot of the root CNode. */
cptr_t arena_slot(void);

/** @return A fresh address space with an ASID. */
cptr_t arena_space(void);

/** @return The code of DebugCapIdentify: 0 for an empty slot. */
word_t cap_kind(cptr_t cap);
enum cap_kind {
  KIND_NULL = 0,
  KIND_SMALL_FRAME = 1,
  KIND_UNTYPED = 2,
  KIND_FRAME = 3,
  KIND_ENDPOINT = 4,
  KIND_ASID_POOL = 5,
  KIND_NOTIFICATION = 6,
  KIND_PAGE_TABLE = 7,
  KIND_REPLY = 8,
  KIND_PAGE_DIRECTORY = 9,
  KIND_CNODE = 10,
  KIND_ASID_CONTROL = 11,
  KIND_TCB = 12,
  KIND_IRQ_CONTROL = 14,
  KIND_IRQ_HANDLER = 0x1e,
  KIND_DOMAIN = 0x3e,
  KIND_SGI = 0x3f,
};

/** Delete or revoke a slot of the root CNode; for checks of other things. */
void arena_delete(cptr_t slot);
void arena_revoke(cptr_t slot);
