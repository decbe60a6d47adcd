/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invariants of kernel state; see the header. Objects are visited once each:
 * a list of CNodes and threads grows while it is walked. CNodes with more
 * than 2^10 slots are left out, because this runs after every system call.
 */
#include "debug/invariants.h"

#include "debug/objects.h"
#include "kernel/slot.h"
#include "kernel/tcb.h"

#define NODES_MAX 192u
#define RADIX_MAX 10u

/* An object that holds slots. */
struct node {
  const struct cap_slot *slots;
  word_t count;
};

static struct node nodes[NODES_MAX];
static word_t node_count;

static void add(const struct cap_slot *slots, word_t count) {
  for (word_t i = 0; i < node_count; i++)
    if (nodes[i].slots == slots)
      return;
  if (node_count < NODES_MAX)
    nodes[node_count++] = (struct node){.slots = slots, .count = count};
}

static void add_object(const struct cap *cap) {
  if (cap->type == CAP_CNODE && cap_cnode_radix(cap) <= RADIX_MAX)
    add(slot_of_cnode(cap, 0), 1u << cap_cnode_radix(cap));
  if (cap->type == CAP_TCB)
    add(tcb_at(cap_tcb_paddr(cap))->slots, TCB_SLOT_COUNT);
}

/* ---- the derivation list ------------------------------------------------- */

#define LINK(word) ((word)&SLOT_LINK_MASK)

static const char *links_broken(const struct cap_slot *slot) {
  paddr_t self = arch_paddr(slot);

  if (slot_is_empty(slot))
    return slot->prev != 0 || slot->next != 0 || slot->word[0] != 0 ||
                   slot->word[1] != 0
               ? "an empty slot is all zero"
               : NULL;
  if ((slot->next & 0xfu & ~(SLOT_REVOCABLE | SLOT_FIRST_BADGED)) != 0)
    return "a slot has no other flags";
  if (LINK(slot->prev) != 0) {
    const struct cap_slot *prev = arch_ptr(LINK(slot->prev));
    if (slot_is_empty(prev) || LINK(prev->next) != self)
      return "the slot before points at the one behind";
  }
  if (LINK(slot->next) != 0) {
    const struct cap_slot *next = arch_ptr(LINK(slot->next));
    if (slot_is_empty(next) || LINK(next->prev) != self)
      return "the slot behind points at the one before";
  }
  return NULL;
}

/* Children follow their untyped, and lie below its watermark. */
static const char *untyped_broken(const struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);
  const struct cap_slot *child = slot_first_child(slot);
  paddr_t used = cap_untyped_paddr(&cap) + cap_untyped_watermark(&cap);
  paddr_t start;
  word_t last;

  if (cap_untyped_watermark(&cap) > 1u << cap_untyped_bits(&cap))
    return "a watermark lies inside its untyped";
  for (; child != NULL; child = arch_ptr(LINK(child->next))) {
    struct cap below = slot_cap(child);
    if (!cap_covers(&cap, &below))
      break;
    if (cap_region(&below, &start, &last) && last >= used)
      return "objects lie below the watermark of their untyped";
    if (LINK(child->next) == 0)
      break;
  }
  return NULL;
}

static const char *slot_broken(const struct cap_slot *slot) {
  const char *broken = links_broken(slot);
  struct cap cap = slot_cap(slot);

  if (broken != NULL || slot_is_empty(slot))
    return broken;
  add_object(&cap);
  if (cap.type == CAP_UNTYPED)
    return untyped_broken(slot);
  return object_broken(&cap);
}

static const char *node_broken(const struct node *node) {
  const char *broken = NULL;

  for (word_t i = 0; i < node->count && broken == NULL; i++)
    broken = slot_broken(&node->slots[i]);
  return broken;
}

const char *invariants_broken(const struct tcb *tcb) {
  const char *broken = scheduler_broken();

  node_count = 0;
  add(tcb->slots, TCB_SLOT_COUNT);
  if (broken == NULL)
    broken = thread_broken(tcb);
  for (word_t i = 0; i < node_count && broken == NULL; i++)
    broken = node_broken(&nodes[i]);
  return broken;
}
