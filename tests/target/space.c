/* SPDX-License-Identifier: BSD-2-Clause */
/* Making of protected address spaces out of the program's own frames. */
#include "space.h"

#include "arena.h"
#include "root/check.h"
#include "sel4/sel4.h"

#define PAGE (1u << SMALL_PAGE_BITS)

/* program.ld */
extern const char __executable_start[];
extern const char __text_end[];

static struct bootinfo_slots image;

void space_start(const struct bootinfo *info) {
  image = info->user_image_frames;
}

cptr_t space_map(cptr_t space, cptr_t frame, vaddr_t address,
                 word_t rights_and_attributes) {
  word_t rights = rights_and_attributes & RIGHTS_ALL;
  word_t attributes = VM_DEFAULT;
  cptr_t copy = memory_mint(frame, RIGHTS_ALL, 0);
  if (rights_and_attributes & SPACE_NOT_EXECUTABLE) {
    attributes |= VM_EXECUTE_NEVER;
  }
  if (rights_and_attributes & SPACE_NOT_CACHEABLE) {
    attributes = VM_EXECUTE_NEVER;
  }
  seL4_CapRights_t mask = {{rights}};
  seL4_Error error = seL4_ARM_Page_Map(copy, space, address, mask, attributes);
  if (error == ERR_FAILED_LOOKUP) {
    check(seL4_ARM_PageTable_Map(arena_make(OBJECT_PAGE_TABLE, 0), space,
                                 address, VM_DEFAULT),
          "mapping a page table");
    error = seL4_ARM_Page_Map(copy, space, address, mask, attributes);
  }
  check(error, "mapping a page");
  return copy;
}

cptr_t space_protected(void) {
  cptr_t space = arena_space();
  vaddr_t text_end = (vaddr_t)(uintptr_t)__text_end;
  vaddr_t address = (vaddr_t)(uintptr_t)__executable_start;
  for (cptr_t frame = image.start; frame < image.end; frame++) {
    space_map(space, frame, address,
              address < text_end ? SPACE_TEXT : SPACE_DATA);
    address += PAGE;
  }
  space_map(space, arena_make(OBJECT_SMALL_PAGE, 0), SPACE_STACK, SPACE_DATA);
  return space;
}
