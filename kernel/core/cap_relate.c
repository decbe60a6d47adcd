/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How capabilities relate: same object, part of the same memory, with fewer
 * rights, with a badge. The derivation rules of slot.c rest on these.
 */
#include "kernel/cap.h"

#define NO_BITS 0u

/* log2 bytes of the object in memory; NO_BITS if there is none. */
static word_t region_bits(const struct cap *cap) {
  static const uint8_t fixed[CAP_TYPE_COUNT] = {
      [CAP_ENDPOINT] = ENDPOINT_BITS,
      [CAP_NOTIFICATION] = NOTIFICATION_BITS,
      [CAP_TCB] = TCB_BITS,
      [CAP_PAGE_TABLE] = PAGE_TABLE_BITS,
      [CAP_PAGE_DIRECTORY] = PAGE_DIRECTORY_BITS,
      [CAP_ASID_POOL] = ASID_POOL_BITS,
  };

  if (cap->type == CAP_UNTYPED)
    return cap_untyped_bits(cap);
  if (cap->type == CAP_FRAME)
    return frame_size_bits(cap_frame_size(cap));
  if (cap->type == CAP_CNODE)
    return cap_cnode_radix(cap) + SLOT_BITS;
  if (cap->type == CAP_ZOMBIE) {
    word_t radix = cap_zombie_radix(cap);
    return radix == 0 ? TCB_BITS : radix + SLOT_BITS;
  }
  return fixed[cap->type];
}

bool cap_region(const struct cap *cap, paddr_t *start, word_t *last) {
  word_t bits = region_bits(cap);

  if (bits == NO_BITS)
    return false;
  *start = cap->word[0] & ~((1u << bits) - 1);
  *last = *start + ((1u << bits) - 1);
  return true;
}

bool cap_same_object(const struct cap *a, const struct cap *b) {
  paddr_t start_a;
  paddr_t start_b;
  word_t last_a;
  word_t last_b;

  if (a->type != b->type || a->type == CAP_NULL || a->type == CAP_UNTYPED)
    return false;
  if (a->type == CAP_REPLY)
    return cap_reply_tcb(a) == cap_reply_tcb(b);
  if (a->type == CAP_IRQ_HANDLER)
    return cap_irq_number(a) == cap_irq_number(b) && a->word[1] == b->word[1];
  if (!cap_region(a, &start_a, &last_a) || !cap_region(b, &start_b, &last_b))
    return true; /* the only one of its type */
  return start_a == start_b && last_a == last_b;
}

bool cap_covers(const struct cap *parent, const struct cap *child) {
  paddr_t start;
  paddr_t child_start;
  word_t last;
  word_t child_last;

  if (parent->type == CAP_UNTYPED)
    return cap_region(parent, &start, &last) &&
           cap_region(child, &child_start, &child_last) &&
           child_start >= start && child_last <= last;
  if (parent->type == CAP_IRQ_CONTROL && child->type == CAP_IRQ_HANDLER)
    return true;
  return cap_same_object(parent, child);
}

struct cap cap_mask_rights(struct cap cap, word_t rights) {
  if (cap.type == CAP_ENDPOINT || cap.type == CAP_NOTIFICATION)
    cap.word[0] &= ~(RIGHTS_ALL & ~rights);
  if (cap.type == CAP_REPLY && (rights & RIGHT_GRANT) == 0)
    return cap_reply(cap_reply_tcb(&cap), cap_reply_master(&cap), false);
  if (cap.type == CAP_FRAME)
    cap_frame_set_rights(&cap,
                         frame_rights_mask(cap_frame_rights(&cap), rights));
  return cap;
}

struct cap cap_update_data(struct cap cap, word_t data, bool mint) {
  if (cap.type == CAP_ENDPOINT || cap.type == CAP_NOTIFICATION) {
    if (!mint || cap_badge(&cap) != 0)
      return cap_null();
    cap.word[1] = data & ((1u << BADGE_BITS) - 1);
  }
  if (cap.type == CAP_CNODE && !cap_cnode_set_guard(&cap, data))
    return cap_null();
  return cap;
}
