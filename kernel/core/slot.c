/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slots and the derivation list. The list is kept in depth-first order: what
 * was derived from a capability stands behind it, and all capabilities to one
 * object stand together. That makes "is it the last one" and "has it children"
 * questions about direct neighbours.
 */
#include "kernel/slot.h"

#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/hooks.h"
#include "kernel/vspace.h"

#define FLAG_MASK 0xfu

static struct cap_slot *linked(word_t link) {
  return (link & SLOT_LINK_MASK) == 0 ? NULL : arch_ptr(link & SLOT_LINK_MASK);
}

static void set_next(struct cap_slot *slot, paddr_t next) {
  slot->next = next | (slot->next & FLAG_MASK);
}

static void set_prev(struct cap_slot *slot, paddr_t prev) {
  slot->prev = prev | (slot->prev & SLOT_TYPE_MASK);
}

/* Make the neighbours of `slot` point at it. */
static void attach(struct cap_slot *slot) {
  struct cap_slot *prev = linked(slot->prev);
  struct cap_slot *next = linked(slot->next);

  if (prev != NULL)
    set_next(prev, arch_paddr(slot));
  if (next != NULL)
    set_prev(next, arch_paddr(slot));
}

static void wipe(struct cap_slot *slot) {
  *slot = (struct cap_slot){.prev = 0};
}

/* ---- list ---------------------------------------------------------------- */

void slot_insert_root(struct cap_slot *dest, struct cap cap) {
  kernel_assert(slot_is_empty(dest));
  dest->prev = 0;
  dest->next = SLOT_REVOCABLE | SLOT_FIRST_BADGED;
  slot_set_cap(dest, cap);
  hook_object_update(UPDATE_CAP_INSERT, arch_paddr(dest), cap.word[0]);
}

static bool badged(const struct cap *cap) {
  return cap->type == CAP_ENDPOINT || cap->type == CAP_NOTIFICATION;
}

/* Does `cap`, made from `parent`, start a family of its own? */
static bool starts_family(const struct cap *cap, const struct cap *parent) {
  if (cap->type == CAP_UNTYPED || parent->type == CAP_UNTYPED)
    return true;
  if (cap->type != parent->type)
    return true;
  return badged(cap) && cap_badge(cap) != cap_badge(parent);
}

/* A copy of untyped memory, if `copy` is one, takes over what is free in it. */
static OUT_OF_LINE void hand_over_free(struct cap_slot *parent,
                                       const struct cap *copy) {
  struct cap cap = slot_cap(parent);

  if (cap_untyped_paddr(&cap) != cap_untyped_paddr(copy) ||
      cap_untyped_bits(&cap) != cap_untyped_bits(copy))
    return;
  cap_untyped_set_watermark(&cap, 1u << cap_untyped_bits(&cap));
  slot_set_cap(parent, cap);
}

void slot_insert(struct cap_slot *dest, struct cap_slot *parent,
                 struct cap cap) {
  struct cap from = slot_cap(parent);

  kernel_assert(slot_is_empty(dest));
  if (from.type == CAP_UNTYPED && cap.type == CAP_UNTYPED)
    hand_over_free(parent, &cap);
  dest->prev = arch_paddr(parent);
  dest->next = parent->next & SLOT_LINK_MASK;
  if (starts_family(&cap, &from))
    dest->next |= SLOT_REVOCABLE | SLOT_FIRST_BADGED;
  slot_set_cap(dest, cap);
  attach(dest);
  hook_object_update(UPDATE_CAP_INSERT, arch_paddr(dest), cap.word[0]);
}

void slot_move(struct cap_slot *dest, struct cap_slot *source, struct cap cap) {
  kernel_assert(slot_is_empty(dest));
  *dest = *source;
  slot_set_cap(dest, cap);
  wipe(source);
  attach(dest);
  hook_object_update(UPDATE_CAP_MOVE, arch_paddr(source), arch_paddr(dest));
}

/* After an exchange of neighbours a slot would point at itself. */
static void fix_self_links(struct cap_slot *slot, paddr_t other) {
  paddr_t self = arch_paddr(slot);

  if ((slot->prev & SLOT_LINK_MASK) == self)
    set_prev(slot, other);
  if ((slot->next & SLOT_LINK_MASK) == self)
    set_next(slot, other);
}

void slot_swap(struct cap_slot *a, struct cap_slot *b) {
  struct cap_slot old = *a;

  *a = *b;
  *b = old;
  fix_self_links(a, arch_paddr(b));
  fix_self_links(b, arch_paddr(a));
  attach(a);
  attach(b);
  hook_object_update(UPDATE_CAP_MOVE, arch_paddr(a), arch_paddr(b));
}

void slot_clear(struct cap_slot *slot) {
  struct cap_slot *prev = linked(slot->prev);
  struct cap_slot *next = linked(slot->next);
  word_t word = slot->word[0];

  if (prev != NULL)
    set_next(prev, slot->next & SLOT_LINK_MASK);
  if (next != NULL) {
    set_prev(next, slot->prev & SLOT_LINK_MASK);
    /* or its copies would fall to the family before this one */
    next->next |= slot->next & SLOT_FIRST_BADGED;
  }
  wipe(slot);
  hook_object_update(UPDATE_CAP_DELETE, arch_paddr(slot), word);
}

/* ---- relations ----------------------------------------------------------- */

struct cap_slot *slot_first_child(const struct cap_slot *slot) {
  struct cap_slot *next = linked(slot->next);
  struct cap cap = slot_cap(slot);
  struct cap child;

  if (next == NULL || (slot->next & SLOT_REVOCABLE) == 0)
    return NULL;
  child = slot_cap(next);
  if (!cap_covers(&cap, &child))
    return NULL;
  if (badged(&cap) && cap_badge(&cap) != 0 &&
      (cap_badge(&child) != cap_badge(&cap) ||
       (next->next & SLOT_FIRST_BADGED) != 0))
    return NULL;
  return next;
}

bool slot_is_last(const struct cap_slot *slot) {
  const struct cap_slot *prev = linked(slot->prev);
  const struct cap_slot *next = linked(slot->next);
  struct cap cap = slot_cap(slot);
  struct cap other;

  if (prev != NULL) {
    other = slot_cap(prev);
    if (cap_same_object(&other, &cap))
      return false;
  }
  if (next == NULL)
    return true;
  other = slot_cap(next);
  return !cap_same_object(&cap, &other);
}

enum err slot_derive(const struct cap_slot *slot, struct cap *cap) {
  switch (cap->type) {
  case CAP_UNTYPED:
    return slot_first_child(slot) != NULL ? ERR_REVOKE_FIRST : ERR_NONE;
  case CAP_REPLY:
  case CAP_ZOMBIE:
  case CAP_IRQ_CONTROL:
    *cap = cap_null();
    return ERR_NONE;
  case CAP_FRAME:
  case CAP_PAGE_TABLE:
  case CAP_PAGE_DIRECTORY:
  case CAP_ASID_CONTROL:
  case CAP_ASID_POOL:
    return vspace_derive(cap);
  case CAP_NULL:
  case CAP_ENDPOINT:
  case CAP_NOTIFICATION:
  case CAP_CNODE:
  case CAP_TCB:
  case CAP_IRQ_HANDLER:
  case CAP_DOMAIN:
  case CAP_TYPE_COUNT:
    break;
  }
  return ERR_NONE;
}
