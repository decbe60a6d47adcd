/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deletion. The last capability of a CNode or TCB becomes a zombie while the
 * object's own slots are emptied from the top down, one per step.
 *
 * A zombie found inside another one is *hoisted*: it takes the place in the
 * root slot (the slot being deleted), the former one goes into the link slot
 * of the hoisted object, and what was there fills the gap. So the zombies form
 * a chain root -> link slot -> link slot ..., each object is emptied down to
 * its link slot, and nothing needs a stack. The link slot is slot 0, or slot 1
 * if slot 0 is the root slot itself. An object that holds the root slot stays
 * a zombie until all others of the chain are gone: no memory that still holds
 * an occupied slot is ever given back.
 */
#include "kernel/delete.h"

#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/ipc.h"
#include "kernel/irq.h"
#include "kernel/notification.h"
#include "kernel/preempt.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"

static struct cap_slot *zombie_slots(const struct cap *zombie) {
  paddr_t paddr = cap_zombie_paddr(zombie);

  return cap_zombie_radix(zombie) == 0 ? tcb_at(paddr)->slots : arch_ptr(paddr);
}

static bool zombie_holds(const struct cap *zombie,
                         const struct cap_slot *slot) {
  paddr_t paddr = arch_paddr(slot);
  paddr_t start;
  word_t last;

  return cap_region(zombie, &start, &last) && paddr >= start && paddr <= last;
}

/* Slot of the chain: the last one to be emptied. */
static word_t link_index(const struct cap *zombie,
                         const struct cap_slot *root) {
  return zombie_slots(zombie) == root ? 1 : 0;
}

/* The object's last capability goes. @return What stays in its slot. */
static struct cap destroy_object(const struct cap *cap) {
  if (cap->type == CAP_CNODE)
    return cap_zombie(cap_cnode_paddr(cap), cap_cnode_radix(cap),
                      1u << cap_cnode_radix(cap));
  if (cap->type == CAP_TCB) {
    tcb_destroy(tcb_at(cap_tcb_paddr(cap)));
    return cap_zombie(cap_tcb_paddr(cap), 0, TCB_SLOT_COUNT);
  }
  if (cap->type == CAP_ENDPOINT)
    ipc_cancel_all(cap_object_paddr(cap));
  else if (cap->type == CAP_NOTIFICATION)
    notification_destroy(cap_object_paddr(cap));
  else if (cap->type == CAP_IRQ_HANDLER && !cap_is_sgi(cap))
    irq_handler_destroy(cap_irq_number(cap));
  return cap_null();
}

static bool is_vspace_type(enum cap_type type) {
  return type == CAP_FRAME || type == CAP_PAGE_TABLE ||
         type == CAP_PAGE_DIRECTORY || type == CAP_ASID_POOL;
}

/* Empty an occupied slot that holds no zombie, or leave a zombie in it. */
static void finalise(struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);
  struct cap rest = cap_null();
  bool is_last = slot_is_last(slot);

  /* a thread is suspended first, so that nobody can answer it any more */
  kernel_assert(cap.type != CAP_REPLY || slot_first_child(slot) == NULL);
  if (is_vspace_type(cap.type))
    vspace_cap_deleted(&cap, is_last);
  else if (is_last)
    rest = destroy_object(&cap);

  if (rest.type == CAP_NULL)
    slot_clear(slot);
  else
    slot_set_cap(slot, rest);
}

static void set_slots_left(struct cap_slot *slot, word_t slots_left) {
  struct cap zombie = slot_cap(slot);

  cap_zombie_set_slots_left(&zombie, slots_left);
  slot_set_cap(slot, zombie);
}

/* Let the count of the zombie in `slot` include slot `index` of its object. */
static void cover_slot(struct cap_slot *slot, word_t index) {
  struct cap zombie = slot_cap(slot);

  if (cap_zombie_slots_left(&zombie) <= index)
    set_slots_left(slot, index + 1);
}

/*
 * See the head of this file. `inner` lies in the object of the root zombie. If
 * the root slot does too, it has been passed over, and the count must include
 * it again: for a deletion that starts elsewhere it is a slot like any other.
 */
static void hoist(struct cap_slot *root, struct cap_slot *inner) {
  struct cap outer = slot_cap(root);
  struct cap zombie = slot_cap(inner);
  word_t link = link_index(&zombie, root);
  struct cap_slot *gap = zombie_slots(&zombie) + link;

  if (zombie_holds(&outer, root))
    cover_slot(root, (word_t)(root - zombie_slots(&outer)));
  cover_slot(inner, link);
  slot_swap(root, inner);
  slot_swap(inner, gap);
}

/* One step of emptying the object whose zombie is in `root`. */
static void reduce(struct cap_slot *root) {
  struct cap zombie = slot_cap(root);
  word_t left = cap_zombie_slots_left(&zombie);
  word_t link = link_index(&zombie, root);
  struct cap_slot *top;

  if (left <= link) {
    slot_clear(root);
    return;
  }
  top = zombie_slots(&zombie) + left - 1;
  if (top == root || slot_is_empty(top)) {
    set_slots_left(root, left - 1);
  } else if (slot_type(top) != CAP_ZOMBIE) {
    finalise(top);
  } else if (left - 1 == link && !zombie_holds(&zombie, root)) {
    struct cap inner = slot_cap(top);
    slot_clear(root);
    slot_move(root, top, inner);
  } else {
    hoist(root, top);
  }
}

/* Empty `slot`; ERR_PREEMPTED may come even if that was the last step. */
static enum err empty(struct cap_slot *slot) {
  while (!slot_is_empty(slot)) {
    if (slot_type(slot) == CAP_ZOMBIE)
      reduce(slot);
    else
      finalise(slot);
    if (preempt_point())
      return ERR_PREEMPTED;
  }
  return ERR_NONE;
}

enum err delete_slot(struct cap_slot *slot) {
  enum err err = empty(slot);

  return slot_is_empty(slot) ? ERR_NONE : err;
}

enum err delete_descendants(struct cap_slot *slot) {
  struct cap_slot *child = slot_first_child(slot);
  enum err err = ERR_NONE;

  while (child != NULL && err == ERR_NONE) {
    err = empty(child);
    child = slot_first_child(slot);
  }
  return child == NULL ? ERR_NONE : err;
}

void delete_simple(struct cap_slot *slot) {
  if (!slot_is_empty(slot))
    finalise(slot);
  kernel_assert(slot_is_empty(slot));
}
