/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Untyped_Retype. All checks come first, in the order of the ABI. Then the
 * used part of an untyped without children is zeroed (the only step that can
 * be preempted), and then the objects are made, which can not fail.
 */
#include "kernel/untyped.h"

#include "kernel/arch.h"
#include "kernel/cspace.h"
#include "kernel/hooks.h"
#include "kernel/preempt.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"
#include "kernel/zero.h"

#define RETYPE_MAX_OBJECTS 256u

struct retype {
  word_t type;        /* enum object_type */
  word_t size_bits;   /* argument of the call */
  word_t object_bits; /* log2 bytes of one object */
  struct cap cnode;   /* destination */
  word_t offset;      /* first slot in it */
  word_t count;
};

/* ---- checks -------------------------------------------------------------- */

static word_t object_bits(word_t type, word_t size_bits) {
  static const uint8_t fixed[OBJECT_TYPE_COUNT] = {
      [OBJECT_TCB] = TCB_BITS,
      [OBJECT_ENDPOINT] = ENDPOINT_BITS,
      [OBJECT_NOTIFICATION] = NOTIFICATION_BITS,
      [OBJECT_PAGE_DIRECTORY] = PAGE_DIRECTORY_BITS,
      [OBJECT_SMALL_PAGE] = SMALL_PAGE_BITS,
      [OBJECT_LARGE_PAGE] = LARGE_PAGE_BITS,
      [OBJECT_SECTION] = SECTION_BITS,
      [OBJECT_SUPERSECTION] = SUPERSECTION_BITS,
      [OBJECT_PAGE_TABLE] = PAGE_TABLE_BITS,
  };

  if (type == OBJECT_UNTYPED)
    return size_bits;
  if (type == OBJECT_CNODE)
    return size_bits + SLOT_BITS;
  return fixed[type];
}

static enum err type_check(struct request *request, struct retype *retype) {
  retype->type = invocation_word(request, 0);
  retype->size_bits = invocation_word(request, 1);
  if (retype->type >= OBJECT_TYPE_COUNT)
    return invocation_bad_argument(request, 0);
  if (retype->size_bits >= WORD_BITS)
    return invocation_bad_range(request, 0, UNTYPED_MAX_BITS);
  retype->object_bits = object_bits(retype->type, retype->size_bits);
  if (retype->object_bits > UNTYPED_MAX_BITS)
    return invocation_bad_range(request, 0, UNTYPED_MAX_BITS);
  if ((retype->type == OBJECT_CNODE && retype->size_bits == 0) ||
      (retype->type == OBJECT_UNTYPED && retype->size_bits < UNTYPED_MIN_BITS))
    return invocation_bad_argument(request, 1);
  return ERR_NONE;
}

static enum err destination_check(struct request *request,
                                  struct retype *retype) {
  struct slot_address address = {.index = invocation_word(request, 2),
                                 .depth = invocation_word(request, 3)};
  struct lookup_fault fault;
  struct cap_slot *slot;
  enum err err;

  retype->cnode = slot_cap(request->extra[0]);
  if (address.depth != 0) {
    err = cspace_lookup_slot(request, &retype->cnode, address, &slot);
    if (err != ERR_NONE)
      return err;
    retype->cnode = slot_cap(slot);
  }
  if (retype->cnode.type == CAP_CNODE)
    return ERR_NONE;
  lookup_fault_missing(&fault, address.depth);
  return invocation_bad_lookup(request, false, &fault);
}

static enum err window_check(struct request *request, struct retype *retype) {
  word_t slots = 1u << cap_cnode_radix(&retype->cnode);

  retype->offset = invocation_word(request, 4);
  retype->count = invocation_word(request, 5);
  if (retype->offset > slots - 1)
    return invocation_bad_range(request, 0, slots - 1);
  if (retype->count < 1 || retype->count > RETYPE_MAX_OBJECTS)
    return invocation_bad_range(request, 1, RETYPE_MAX_OBJECTS);
  if (retype->count > slots - retype->offset)
    return invocation_bad_range(request, 1, slots - retype->offset);
  for (word_t i = 0; i < retype->count; i++) {
    if (!slot_is_empty(slot_of_cnode(&retype->cnode, retype->offset + i)))
      return ERR_DELETE_FIRST;
  }
  return ERR_NONE;
}

static enum err memory_check(struct request *request,
                             const struct retype *retype) {
  const struct cap *cap = &request->cap;
  word_t free_bytes = 1u << cap_untyped_bits(cap);
  bool frame =
      retype->type >= OBJECT_SMALL_PAGE && retype->type <= OBJECT_SUPERSECTION;

  if (slot_first_child(request->slot) != NULL)
    free_bytes -= cap_untyped_watermark(cap);
  if ((free_bytes >> retype->object_bits) < retype->count)
    return invocation_no_memory(request, free_bytes);
  if (cap_untyped_device(cap) && !frame && retype->type != OBJECT_UNTYPED)
    return invocation_bad_argument(request, 1);
  return ERR_NONE;
}

static enum err retype_check(struct request *request, struct retype *retype) {
  enum err err = invocation_require(request, 6, 1);

  if (err == ERR_NONE)
    err = type_check(request, retype);
  if (err == ERR_NONE)
    err = destination_check(request, retype);
  if (err == ERR_NONE)
    err = window_check(request, retype);
  if (err == ERR_NONE)
    err = memory_check(request, retype);
  return err;
}

/* ---- reset --------------------------------------------------------------- */

/* Zero the used part from the top down; the watermark sinks with it. */
static enum err reset(struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);
  paddr_t base = cap_untyped_paddr(&cap);
  word_t watermark = cap_untyped_watermark(&cap);
  word_t size = 1u << cap_untyped_bits(&cap);

  if (cap_untyped_device(&cap))
    watermark = 0;
  while (watermark > 0) {
    watermark = zero_top(base, watermark, size);
    cap_untyped_set_watermark(&cap, watermark);
    slot_set_cap(slot, cap);
    if (preempt_point() && watermark > 0)
      return ERR_PREEMPTED;
  }
  cap_untyped_set_watermark(&cap, 0);
  slot_set_cap(slot, cap);
  return ERR_NONE;
}

/* ---- objects ------------------------------------------------------------- */

static struct cap frame_cap(const struct retype *retype, paddr_t paddr,
                            bool device) {
  word_t size = retype->type - OBJECT_SMALL_PAGE;

  return cap_frame(paddr, (enum frame_size)size, FRAME_READ_WRITE, device);
}

static struct cap object_cap(const struct retype *retype, paddr_t paddr,
                             bool device) {
  switch ((enum object_type)retype->type) {
  case OBJECT_UNTYPED:
    return cap_untyped(paddr, retype->size_bits, device);
  case OBJECT_TCB:
    return cap_tcb(paddr);
  case OBJECT_ENDPOINT:
    return cap_endpoint(paddr, RIGHTS_ALL, 0);
  case OBJECT_NOTIFICATION:
    return cap_notification(paddr, RIGHTS_ALL, 0);
  case OBJECT_CNODE:
    return cap_cnode(paddr, retype->size_bits);
  case OBJECT_PAGE_DIRECTORY:
    return cap_page_directory(paddr);
  case OBJECT_SMALL_PAGE:
  case OBJECT_LARGE_PAGE:
  case OBJECT_SECTION:
  case OBJECT_SUPERSECTION:
    return frame_cap(retype, paddr, device);
  case OBJECT_PAGE_TABLE:
    return cap_page_table(paddr);
  case OBJECT_TYPE_COUNT:
    break;
  }
  return cap_null();
}

static void object_init(const struct retype *retype, paddr_t paddr) {
  if (retype->type == OBJECT_TCB)
    tcb_init(tcb_at(paddr));
  if (retype->type == OBJECT_PAGE_DIRECTORY ||
      retype->type == OBJECT_PAGE_TABLE)
    vspace_object_init((enum object_type)retype->type, paddr);
}

static void create(struct cap_slot *untyped, const struct retype *retype) {
  struct cap cap = slot_cap(untyped);
  word_t object_size = 1u << retype->object_bits;
  word_t first =
      (cap_untyped_watermark(&cap) + object_size - 1) & ~(object_size - 1);
  word_t end = first + (retype->count << retype->object_bits);
  paddr_t paddr = cap_untyped_paddr(&cap) + first;
  bool device = cap_untyped_device(&cap);

  cap_untyped_set_watermark(&cap, end);
  slot_set_cap(untyped, cap);
  if (!device && retype->type != OBJECT_UNTYPED)
    untyped_mark_dirty(paddr, cap_untyped_paddr(&cap) + end);
  for (word_t i = 0; i < retype->count; i++, paddr += object_size) {
    object_init(retype, paddr);
    slot_insert(slot_of_cnode(&retype->cnode, retype->offset + i), untyped,
                object_cap(retype, paddr, device));
    hook_object_update(UPDATE_RETYPE, paddr,
                       (retype->type << 8) | retype->object_bits);
  }
}

enum err untyped_invoke(struct request *request) {
  struct retype retype;
  enum err err;

  if (request->label != INVOCATION_UNTYPED_RETYPE)
    return ERR_ILLEGAL_OPERATION;
  err = retype_check(request, &retype);
  if (err == ERR_NONE && slot_first_child(request->slot) == NULL)
    err = reset(request->slot);
  if (err == ERR_NONE)
    create(request->slot, &retype);
  return err;
}

void untyped_consume(struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);
  paddr_t base = cap_untyped_paddr(&cap);
  word_t size = 1u << cap_untyped_bits(&cap);

  for (word_t left = size; left > 0;)
    left = zero_top(base, left, size);
  cap_untyped_set_watermark(&cap, size);
  slot_set_cap(slot, cap);
  untyped_mark_dirty(base, base + size);
}
