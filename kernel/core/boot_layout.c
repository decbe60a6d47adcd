/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things go at boot; see the header. Touches no memory. */
#include "kernel/boot_layout.h"
#include "abi/bootinfo.h"
#include "abi/memory.h"
#include "abi/object.h"
#include "kernel/boot_info.h"

#define PAGE_SIZE (1u << SMALL_PAGE_BITS)
#define SECTION_SIZE (1u << SECTION_BITS)

static word_t align_up(word_t value, word_t size) {
  return (value + size - 1) & ~(size - 1);
}

static word_t power_of_two(word_t value) {
  word_t power = PAGE_SIZE;
  if (value == 0) {
    return 0;
  }
  while (power < value) {
    power <<= 1;
  }
  return power;
}

/*
 * Behind the image: IPC buffer, bootinfo, extra bootinfo. Page tables cover all
 * that, with the extra part rounded up to a power of two.
 */
static void plan_virtual(const struct boot_handover *handover,
                         struct boot_layout *layout) {
  layout->image_start = handover->root_start - handover->root_pv_offset;
  layout->image_pages = (handover->root_end - handover->root_start) / PAGE_SIZE;
  layout->ipc_buffer = layout->image_start + layout->image_pages * PAGE_SIZE;
  layout->bootinfo = layout->ipc_buffer + PAGE_SIZE;
  layout->extra = layout->bootinfo + PAGE_SIZE;
  layout->extra_bytes = boot_info_extra_bytes(handover);
  word_t extra_size = align_up(layout->extra_bytes, PAGE_SIZE);
  layout->extra_pages = extra_size / PAGE_SIZE;
  layout->tables_start = layout->image_start & ~(SECTION_SIZE - 1);
  vaddr_t end = layout->extra + power_of_two(extra_size);
  layout->table_count =
      (align_up(end, SECTION_SIZE) - layout->tables_start) / SECTION_SIZE;
}

static paddr_t take(paddr_t *top, word_t bytes, word_t align_bits) {
  *top = (*top - bytes) & ~((1u << align_bits) - 1);
  return *top;
}

/* From the top down, large ones first: nothing is lost to alignment. */
static void plan_objects(const struct boot_handover *handover,
                         struct boot_layout *layout) {
  word_t cnode_bits = ROOT_CNODE_BITS + SLOT_BITS;
  layout->ram_end = RAM_BASE + handover->config.ram_size;
  paddr_t top = layout->ram_end;
  layout->cnode = take(&top, 1u << cnode_bits, cnode_bits);
  layout->page_directory =
      take(&top, 1u << PAGE_DIRECTORY_BITS, PAGE_DIRECTORY_BITS);
  layout->asid_pool = take(&top, 1u << ASID_POOL_BITS, ASID_POOL_BITS);
  layout->ipc_buffer_frame = take(&top, PAGE_SIZE, SMALL_PAGE_BITS);
  layout->bootinfo_frame = take(&top, PAGE_SIZE, SMALL_PAGE_BITS);
  layout->extra_frames =
      take(&top, layout->extra_pages * PAGE_SIZE, SMALL_PAGE_BITS);
  layout->tables =
      take(&top, layout->table_count << PAGE_TABLE_BITS, PAGE_TABLE_BITS);
  layout->tcb = take(&top, 1u << TCB_BITS, TCB_BITS);
  layout->objects_start = top & ~(PAGE_SIZE - 1);
}

/* Slots of the root CNode, with room for every untyped that bootinfo names. */
static bool fits_in_cnode(const struct boot_layout *layout) {
  word_t others = ROOT_SLOT_FIRST_FREE + layout->table_count +
                  layout->extra_pages + BOOTINFO_MAX_UNTYPED;
  return layout->image_pages <= (1u << ROOT_CNODE_BITS) - others;
}

bool boot_layout_plan(const struct boot_handover *handover,
                      struct boot_layout *layout) {
  plan_virtual(handover, layout);
  vaddr_t last = layout->tables_start + layout->table_count * SECTION_SIZE - 1;
  if (layout->image_start >= USER_TOP || last >= USER_TOP ||
      !fits_in_cnode(layout)) {
    return false;
  }
  plan_objects(handover, layout);
  return layout->objects_start > handover->root_end;
}
