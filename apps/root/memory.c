/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slots, RAM and device memory. RAM is cut from the largest untyped that still
 * has room. A device untyped is halved until the part that is wanted stands
 * alone; the other halves stay in the list, so that devices can be taken in
 * any order.
 */
#include "memory.h"

#include "check.h"
#include "rt/print.h"
#include "sel4/sel4.h"

#define RETYPE_MOST 256u        /* objects that one call makes */
#define DEVICE_UNTYPEDS_MAX 320 /* bootinfo's, and halves of some */

struct untyped {
  cptr_t cap;
  paddr_t base;
  word_t bits; /* log2 of the size in bytes */
};

extern const char __executable_start[]; /* program.ld */

static const struct bootinfo *bootinfo;
static cptr_t next_slot;
static struct untyped devices[DEVICE_UNTYPEDS_MAX];
static word_t device_count;

static void device_add(cptr_t cap, paddr_t base, word_t bits) {
  if (device_count == DEVICE_UNTYPEDS_MAX) {
    rt_panic("too many device untypeds");
  }
  devices[device_count++] = (struct untyped){cap, base, bits};
}

void memory_start(const struct bootinfo *info) {
  bootinfo = info;
  next_slot = info->empty.start;
  for (word_t i = 0; i < info->untyped.end - info->untyped.start; i++) {
    const struct bootinfo_untyped *untyped = &info->untyped_list[i];
    if (untyped->is_device) {
      device_add(info->untyped.start + i, untyped->paddr, untyped->size_bits);
    }
  }
}

cptr_t memory_slots(word_t count) {
  if (count > bootinfo->empty.end - next_slot) {
    rt_panic("out of capability slots");
  }
  next_slot += count;
  return next_slot - count;
}

/* Make one untyped of 2^bits bytes in `slot`. */
static seL4_Error retype_untyped(cptr_t untyped, word_t bits, cptr_t slot) {
  return seL4_Untyped_Retype(untyped, OBJECT_UNTYPED, bits, ROOT_SLOT_CNODE, 0,
                             0, slot, 1);
}

/* Cut an untyped of 2^bits from one of exactly 2^size bytes. */
static bool take_from_size(word_t size, word_t bits, cptr_t slot) {
  for (word_t i = 0; i < bootinfo->untyped.end - bootinfo->untyped.start; i++) {
    const struct bootinfo_untyped *untyped = &bootinfo->untyped_list[i];
    if (untyped->is_device || untyped->size_bits != size) {
      continue;
    }
    seL4_Error error = retype_untyped(bootinfo->untyped.start + i, bits, slot);
    if (error != ERR_NOT_ENOUGH_MEMORY) {
      check(error, "taking RAM");
      return true;
    }
  }
  return false;
}

cptr_t memory_untyped(word_t bits) {
  cptr_t slot = memory_slots(1);
  for (word_t size = UNTYPED_MAX_BITS; size >= bits; size--) {
    if (take_from_size(size, bits, slot)) {
      return slot;
    }
  }
  rt_panic("out of RAM");
}

cptr_t memory_objects(cptr_t untyped, enum object_type type, word_t size_bits,
                      word_t count) {
  cptr_t first = memory_slots(count);
  check(seL4_Untyped_Retype(untyped, type, size_bits, ROOT_SLOT_CNODE, 0, 0,
                            first, count),
        "making objects");
  return first;
}

cptr_t memory_pages(cptr_t untyped, word_t count) {
  cptr_t first = memory_objects(untyped, OBJECT_SMALL_PAGE, 0,
                                count < RETYPE_MOST ? count : RETYPE_MOST);
  for (word_t done = RETYPE_MOST; done < count; done += RETYPE_MOST) {
    word_t left = count - done; /* the slots follow each other */
    memory_objects(untyped, OBJECT_SMALL_PAGE, 0,
                   left < RETYPE_MOST ? left : RETYPE_MOST);
  }
  return first;
}

cptr_t memory_mint(cptr_t cap, word_t rights, word_t badge) {
  cptr_t slot = memory_slots(1);
  seL4_CapRights_t mask = {{rights}};
  check(badge == 0
            ? seL4_CNode_Copy(ROOT_SLOT_CNODE, slot, ROOT_DEPTH,
                              ROOT_SLOT_CNODE, cap, ROOT_DEPTH, mask)
            : seL4_CNode_Mint(ROOT_SLOT_CNODE, slot, ROOT_DEPTH,
                              ROOT_SLOT_CNODE, cap, ROOT_DEPTH, mask, badge),
        "copying a capability");
  return slot;
}

/* Does `untyped` hold the 2^bits bytes at `paddr`? */
static bool untyped_holds(const struct untyped *untyped, paddr_t paddr,
                          word_t bits) {
  return untyped->bits >= bits &&
         (paddr >> untyped->bits) == (untyped->base >> untyped->bits);
}

static struct untyped *device_find(paddr_t paddr, word_t bits) {
  for (word_t i = 0; i < device_count; i++) {
    if (untyped_holds(&devices[i], paddr, bits)) {
      return &devices[i];
    }
  }
  return NULL;
}

/* Replace `untyped` in the list by its two halves; keep it on `paddr`'s. */
static void device_halve(struct untyped *untyped, paddr_t paddr) {
  word_t bits = untyped->bits - 1;
  paddr_t upper = untyped->base + (1u << bits);
  cptr_t halves = memory_objects(untyped->cap, OBJECT_UNTYPED, bits, 2);
  if (paddr >= upper) {
    device_add(halves, untyped->base, bits);
    *untyped = (struct untyped){halves + 1, upper, bits};
  } else {
    device_add(halves + 1, upper, bits);
    *untyped = (struct untyped){halves, untyped->base, bits};
  }
}

static enum object_type frame_type(word_t bits) {
  switch (bits) {
  case SUPERSECTION_BITS:
    return OBJECT_SUPERSECTION;
  case SECTION_BITS:
    return OBJECT_SECTION;
  case LARGE_PAGE_BITS:
    return OBJECT_LARGE_PAGE;
  default:
    return OBJECT_SMALL_PAGE;
  }
}

cptr_t memory_device_frame(paddr_t paddr, word_t bits) {
  struct untyped *untyped = device_find(paddr, bits);
  if (untyped == NULL) {
    return 0;
  }
  while (untyped->bits > bits) {
    device_halve(untyped, paddr);
  }
  cptr_t frame = memory_objects(untyped->cap, frame_type(bits), 0, 1);
  *untyped = (struct untyped){0, 0, 0}; /* used up: too small for anything */
  return frame;
}

cptr_t memory_image_frame(const void *address) {
  word_t page = (word_t)((uintptr_t)address - (uintptr_t)__executable_start) >>
                SMALL_PAGE_BITS;
  return bootinfo->user_image_frames.start + page;
}
