/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capability slots and the derivation list that runs through all of them: a
 * doubly linked list in which a capability's descendants follow it. Links are
 * canonical physical addresses, so slots are equal in all replicas.
 */
#pragma once

#include "abi/types.h"
#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"

struct cap_slot {
  word_t word[2]; /* payload of the capability */
  word_t prev;    /* paddr[31:4] of the slot before | cap type */
  word_t next;    /* paddr[31:4] of the slot behind | SLOT_* flags */
} ALIGNED(16);

_Static_assert(sizeof(struct cap_slot) == 1u << SLOT_BITS, "ABI");

#define SLOT_REVOCABLE (1u << 0)    /* may have descendants of its object */
#define SLOT_FIRST_BADGED (1u << 1) /* first with its badge */

/* ---- content ------------------------------------------------------------- */

#define SLOT_LINK_MASK 0xfffffff0u
#define SLOT_TYPE_MASK 0xfu

static inline enum cap_type slot_type(const struct cap_slot *slot) {
  return (enum cap_type)(slot->prev & SLOT_TYPE_MASK);
}

static inline bool slot_is_empty(const struct cap_slot *slot) {
  return slot_type(slot) == CAP_NULL;
}

static inline struct cap slot_cap(const struct cap_slot *slot) {
  return (struct cap){.type = slot_type(slot),
                      .word = {slot->word[0], slot->word[1]}};
}

/* Replace the capability of an occupied slot; links and flags stay. */
static inline void slot_set_cap(struct cap_slot *slot, struct cap cap) {
  slot->word[0] = cap.word[0];
  slot->word[1] = cap.word[1];
  slot->prev = (slot->prev & SLOT_LINK_MASK) | (word_t)cap.type;
}

/* ---- list: `dest` must be empty ------------------------------------------ */

/* A capability without ancestors (boot). */
void slot_insert_root(struct cap_slot *dest, struct cap cap);

/* A capability derived from, or created out of, that in `parent`. */
void slot_insert(struct cap_slot *dest, struct cap_slot *parent,
                 struct cap cap);

/* Move to `dest`, as `cap` (the same object); place in the list is kept. */
void slot_move(struct cap_slot *dest, struct cap_slot *source, struct cap cap);

/* Exchange two occupied or empty slots with their places in the list. */
void slot_swap(struct cap_slot *a, struct cap_slot *b);

/* Take a slot out of the list and clear it; children go to its parent. */
void slot_clear(struct cap_slot *slot);

/* The slot behind this one, if it is a descendant; else NULL. */
struct cap_slot *slot_first_child(const struct cap_slot *slot);

/* Is this the only capability to its object? */
bool slot_is_last(const struct cap_slot *slot);

/*
 * Capability that a copy of `slot` would hold.
 *
 * @param cap  In: the wanted capability, with rights and data applied. Out:
 *             the copy; null where copies do not exist.
 * @return ERR_NONE, ERR_REVOKE_FIRST (untyped with children),
 *         ERR_ILLEGAL_OPERATION (page table or directory not in use).
 */
MUST_CHECK enum err slot_derive(const struct cap_slot *slot, struct cap *cap);

/* ---- CNodes -------------------------------------------------------------- */

/* Slot `index` of a CNode; index < 2^radix is the caller's duty. */
static inline struct cap_slot *slot_of_cnode(const struct cap *cnode,
                                             word_t index) {
  return arch_ptr(cap_cnode_paddr(cnode) + (index << SLOT_BITS));
}
