/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects for tests of address spaces, and shorthand for calls on them. */
#pragma once

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/vspace.h"

enum test_slot {
  SLOT_TABLE = SLOT_FREE,
  SLOT_TABLE2,
  SLOT_SMALL,
  SLOT_SMALL2,
  SLOT_LARGE,
  SLOT_SECTION,
  SLOT_SPACE, /* a page directory without ASID */
  SLOT_UART,  /* a device frame */
  SLOT_COPY,
};

#define PLACE 0x00100000u
#define RW (RIGHT_READ | RIGHT_WRITE)

static inline paddr_t directory(void) {
  struct cap cap = system_cap(SLOT_DIRECTORY);
  return cap_page_directory_paddr(&cap);
}

static inline word_t first_level(vaddr_t vaddr) {
  const word_t *pd = arch_ptr(directory());
  return pd[vaddr >> 20];
}

static inline paddr_t frame_paddr(word_t slot) {
  struct cap cap = system_cap(slot);
  return cap_frame_paddr(&cap);
}

static inline bool replied(word_t first) {
  return system_word(sched_current, 0) == first;
}

static inline enum err map_table_in(word_t slot, vaddr_t vaddr, cptr_t space) {
  return INVOKE(.to = slot, .label = INVOCATION_PAGE_TABLE_MAP, .length = 2,
                .words = {vaddr, VM_DEFAULT}, .cap_count = 1, .caps = {space});
}

static inline enum err map_table(word_t slot, vaddr_t vaddr) {
  return map_table_in(slot, vaddr, SLOT_DIRECTORY);
}

static inline enum err map_in(word_t slot, vaddr_t vaddr, word_t rights,
                              cptr_t space) {
  return INVOKE(.to = slot, .label = INVOCATION_PAGE_MAP, .length = 3,
                .words = {vaddr, rights, VM_DEFAULT}, .cap_count = 1,
                .caps = {space});
}

static inline enum err map(word_t slot, vaddr_t vaddr, word_t rights) {
  return map_in(slot, vaddr, rights, SLOT_DIRECTORY);
}

static inline enum err unmap(word_t slot) {
  return INVOKE(.to = slot, .label = INVOCATION_PAGE_UNMAP);
}

/* Is `vaddr` mapped to `paddr` for the current thread, with that right? */
static inline bool reaches(vaddr_t vaddr, paddr_t paddr, bool write) {
  struct vspace_translation t;
  return vspace_translate(sched_current, vaddr, write, &t) && t.paddr == paddr;
}

static inline void start(void) {
  system_start();
  system_wake(system_thread(100));
  bool made =
      system_retype(OBJECT_PAGE_TABLE, 0, SLOT_TABLE, 2) == ERR_NONE &&
      system_retype(OBJECT_SMALL_PAGE, 0, SLOT_SMALL, 2) == ERR_NONE &&
      system_retype(OBJECT_LARGE_PAGE, 0, SLOT_LARGE, 1) == ERR_NONE &&
      system_retype(OBJECT_SECTION, 0, SLOT_SECTION, 1) == ERR_NONE &&
      system_retype(OBJECT_PAGE_DIRECTORY, 0, SLOT_SPACE, 1) == ERR_NONE &&
      INVOKE(.to = SLOT_DEVICE, .label = INVOCATION_UNTYPED_RETYPE, .length = 6,
             .words = {OBJECT_SMALL_PAGE, 0, 0, 0, SLOT_UART, 1},
             .cap_count = 1, .caps = {SLOT_CNODE}) == ERR_NONE;
  CHECK(made, "objects for the test");
}
