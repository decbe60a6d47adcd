/* SPDX-License-Identifier: BSD-2-Clause */
/* What mappings do: which accesses succeed, before and after each change. */
#include "attempts.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#define PLACE 0x41000000u
#define OTHER 0x42000000u
#define LARGE_SIZE (1u << LARGE_PAGE_BITS)
#define PERMISSION_SECTION 0xdu /* Arm ARM DDI 0406C B3-23 */
#define PERMISSION_PAGE 0xfu
#define STATUS_KIND 0x40fu
#define NO_ACCESS 0u /* rights */

static cptr_t space;

/* Let a worker try. @return 0 if it succeeded, else the kind of fault, or ~0
 * if anything else came. */
static word_t attempt_by(word_t number, worker_entry *entry, vaddr_t address) {
  worker_run(number, entry, address);
  struct worker_event event = worker_wait();
  if (event.label == WORKER_DONE) {
    return 0;
  }
  bool right = event.label == FAULT_VM && event.mr[1] == address;
  return right ? event.mr[3] & STATUS_KIND : ~0u;
}

/* By worker 0, which is in `space`. */
static word_t attempt(worker_entry *entry, vaddr_t address) {
  return attempt_by(0, entry, address);
}

static void remap(cptr_t frame, vaddr_t address, word_t rights) {
  seL4_ARM_Page_Map(frame, space, address, (seL4_CapRights_t){{rights}},
                    VM_DEFAULT);
}

static void rights(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t page = space_map(space, frame, PLACE, SPACE_DATA);
  CHECK(attempt(attempt_write, PLACE) == 0 && attempt(attempt_read, PLACE) == 0,
        "a page with Read and Write can be written and read");
  CHECK(attempt(attempt_jump, PLACE) == PERMISSION_PAGE,
        "an execute-never page can not be executed");
  remap(page, PLACE, RIGHT_READ);
  CHECK(attempt(attempt_read, PLACE) == 0 &&
            attempt(attempt_write, PLACE) == PERMISSION_PAGE,
        "mapped again with Read only it can not be written any more");
  remap(page, PLACE, NO_ACCESS);
  CHECK(attempt(attempt_read, PLACE) == PERMISSION_PAGE,
        "mapped again without rights it can not be read");
  remap(page, PLACE, RIGHT_READ | RIGHT_WRITE);
  CHECK(attempt(attempt_write, PLACE) == 0, "rights can come back");
  cptr_t reader = memory_mint(frame, RIGHT_READ, 0);
  remap(reader, PLACE + 0x1000, RIGHT_READ | RIGHT_WRITE);
  CHECK(attempt(attempt_read, PLACE + 0x1000) == 0 &&
            attempt(attempt_write, PLACE + 0x1000) == PERMISSION_PAGE,
        "a cap without Write maps for reading only, whatever is asked");
}

static void unmapping(void) {
  cptr_t page = space_map(space, arena_make(OBJECT_SMALL_PAGE, 0),
                          PLACE + 0x2000, SPACE_DATA);
  CHECK(attempt(attempt_write, PLACE + 0x2000) == 0, "the page is there");
  REQUEST(page, PAGE_UNMAP);
  CHECK(attempt(attempt_write, PLACE + 0x2000) == 0x7,
        "an unmapped page is not");
  remap(page, PLACE + 0x2000, RIGHT_READ | RIGHT_WRITE);
  CHECK(attempt(attempt_write, PLACE + 0x2000) == 0, "it can be mapped again");
  arena_delete(page);
  CHECK(attempt(attempt_read, PLACE + 0x2000) == 0x7,
        "a deleted frame cap takes its mapping along");
}

static void replacing(void) {
  cptr_t one = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t two = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t page = space_map(space, one, PLACE + 0x3000, SPACE_DATA);
  CHECK(attempt(attempt_write, PLACE + 0x3000) == 0, "one page is written");
  remap(two, PLACE + 0x3000, RIGHT_READ);
  CHECK(attempt(attempt_write, PLACE + 0x3000) == PERMISSION_PAGE,
        "another page in its place has its own rights");
  REQUEST(page, PAGE_UNMAP);
  CHECK(attempt(attempt_read, PLACE + 0x3000) == 0,
        "unmapping what has been replaced changes nothing");
}

/* Two address spaces, one frame. */
static void sharing(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  space_map(space, frame, PLACE + 0x4000, SPACE_DATA);
  space_map(ROOT_SLOT_VSPACE, frame, OTHER, SPACE_DATA);
  attempt(attempt_write, PLACE + 0x4008);
  CHECK(*(volatile word_t *)(OTHER + 8) == PLACE + 0x4008,
        "two address spaces see one frame, each at its address");
}

static void large(void) {
  vaddr_t address = PLACE + 2 * LARGE_SIZE;
  cptr_t frame = arena_make(OBJECT_LARGE_PAGE, 0);
  cptr_t page = space_map(space, frame, address, SPACE_DATA);
  CHECK(attempt(attempt_write, address) == 0 &&
            attempt(attempt_write, address + LARGE_SIZE - 4) == 0,
        "a large page is there from first to last byte");
  CHECK(attempt(attempt_read, address + LARGE_SIZE) == 0x7, "and not behind");
  REQUEST(page, PAGE_UNMAP);
  CHECK(attempt(attempt_read, address) == 0x7 &&
            attempt(attempt_read, address + LARGE_SIZE - 4) == 0x7,
        "unmapped, all of it is gone");
}

static void section(void) {
  vaddr_t address = PLACE + (1u << SECTION_BITS);
  vaddr_t last = address + (1u << SECTION_BITS) - 4;
  cptr_t frame = arena_make(OBJECT_SECTION, 0);
  cptr_t page = space_map(space, frame, address, SPACE_DATA);
  CHECK(attempt(attempt_write, address) == 0 &&
            attempt(attempt_write, last) == 0,
        "a section is there from first to last byte");
  remap(page, address, RIGHT_READ);
  CHECK(attempt(attempt_write, last) == PERMISSION_SECTION,
        "a section can be mapped read-only");
  arena_delete(page);
  CHECK(attempt(attempt_read, last) == 0x5, "deleted, it is gone");
}

static void tables(void) {
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  seL4_ARM_PageTable_Map(table, space, OTHER, VM_DEFAULT);
  space_map(space, arena_make(OBJECT_SMALL_PAGE, 0), OTHER, SPACE_DATA);
  CHECK(attempt(attempt_write, OTHER) == 0, "a page is there with its table");
  REQUEST(table, PAGE_TABLE_UNMAP);
  CHECK(attempt(attempt_read, OTHER) == 0x5, "and gone with it");
  seL4_ARM_PageTable_Map(table, space, OTHER, VM_DEFAULT);
  CHECK(attempt(attempt_read, OTHER) == 0x7,
        "a table that was unmapped is empty");
  arena_delete(table);
  CHECK(attempt(attempt_read, OTHER) == 0x5, "a deleted table is gone");
}

/* The test and worker 1 share an address space: nothing but the change itself
 * can make the processor forget what was mapped. */
static void at_once(void) {
  vaddr_t address = OTHER + 0x3000;
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  cptr_t page = arena_make(OBJECT_SMALL_PAGE, 0);
  worker_make(1);
  seL4_ARM_PageTable_Map(table, ROOT_SLOT_VSPACE, address, VM_DEFAULT);
  seL4_ARM_Page_Map(page, ROOT_SLOT_VSPACE, address, seL4_ReadWrite,
                    VM_DEFAULT);
  CHECK(attempt_by(1, attempt_write, address) == 0, "a page is mapped at once");
  seL4_ARM_Page_Map(page, ROOT_SLOT_VSPACE, address, seL4_CanRead, VM_DEFAULT);
  CHECK(attempt_by(1, attempt_write, address) == PERMISSION_PAGE,
        "rights are taken away at once");
  CHECK(attempt_by(1, attempt_read, address) == 0, "it can still be read");
  seL4_ARM_Page_Unmap(page);
  CHECK(attempt_by(1, attempt_read, address) == 0x7,
        "a page is unmapped at once");
  seL4_ARM_Page_Map(page, ROOT_SLOT_VSPACE, address, seL4_CanRead, VM_DEFAULT);
  attempt_by(1, attempt_read, address);
  REQUEST(table, PAGE_TABLE_UNMAP);
  CHECK(attempt_by(1, attempt_read, address) == 0x5,
        "a table is unmapped at once");
}

/* New code is executed after Unify. */
static void code(void) {
  word_t *program = (word_t *)(OTHER + 0x1000);
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t ours = space_map(ROOT_SLOT_VSPACE, frame, OTHER + 0x1000, SPACE_DATA);
  space_map(space, frame, PLACE + 0x6000, SPACE_TEXT);
  program[0] = 0xe2800001; /* add r0, r0, #1 */
  program[1] = 0xe12fff1e; /* bx lr */
  EXPECT("code can be made visible to instruction fetches",
         REQUEST(ours, PAGE_UNIFY_INSTRUCTION, WORDS(0, 4096)), ERR_NONE);
  worker_run(0, (worker_entry *)(PLACE + 0x6000), 41);
  CHECK(worker_result(0) == 42, "written code can be executed elsewhere");
}

/* Where user mode does not reach devices, the kernel does it instead. */
static void device(void) {
  cptr_t page = space_map(space, device_frame(), PLACE + 0x7000, SPACE_DEVICE);
  CHECK(attempt(attempt_read, PLACE + 0x7000) == 0 &&
            attempt(attempt_multiple, PLACE + 0x7000) == 0,
        "a device that is mapped is read by loads");
  CHECK(attempt(attempt_exclusive, PLACE + 0x7000) ==
            (device_by_call() ? PERMISSION_PAGE : 0),
        "but not by exclusive loads");
  CHECK(attempt(attempt_jump, PLACE + 0x7000) == PERMISSION_PAGE,
        "and is not executed");
  remap(page, PLACE + 0x7000, RIGHT_READ);
  CHECK(attempt(attempt_read, PLACE + 0x7000) == 0 &&
            attempt(attempt_write, PLACE + 0x7000) == PERMISSION_PAGE,
        "mapped for reading it can not be written");
}

void test_mapping(void) {
  workers_begin();
  space = space_protected();
  worker_make_in(0, space);
  rights();
  unmapping();
  replacing();
  at_once();
  sharing();
  large();
  section();
  tables();
  code();
  device();
}
