/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/vspace_table.c: walks over everything that is mapped, and frames
 * that take sixteen entries.
 */
#include "kernel/vspace_table.h"

#include "abi/memory.h"
#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/vspace.h"

#define DIRECTORY (RAM_BASE + 0x100000u)
#define TABLE (RAM_BASE + 0x110000u)
#define FRAMES (RAM_BASE + 0x200000u)
#define SPAN 16u
#define MIB 0x100000u
#define HUGE 0x03000000u    /* where a supersection goes */
#define DEVICES 0x0c000000u /* and what is there */

static const struct vspace space = {.pd = DIRECTORY, .asid = 0};
static word_t seen[FRAME_SUPERSECTION + 1]; /* entries, by size */

static void count(word_t *entry, enum frame_size size) {
  CHECK(*entry != PTE_INVALID, "only entries in use are visited");
  seen[size]++;
}

static void walk(void) {
  for (word_t i = 0; i <= FRAME_SUPERSECTION; i++)
    seen[i] = 0;
  vspace_table_walk(DIRECTORY, count);
}

static void enter(vaddr_t vaddr, paddr_t paddr, enum frame_size size) {
  struct pte_mapping mapping = {.size = size,
                                .rights = FRAME_READ_WRITE,
                                .address = vspace_real(paddr),
                                .attributes = VM_DEFAULT};
  struct lookup_fault fault;

  CHECK(vspace_table_check(&space, vaddr, size, &fault) == ERR_NONE,
        "there is room");
  vspace_table_map(&space, vaddr, &mapping);
}

static bool is_free(vaddr_t vaddr, enum frame_size size) {
  struct lookup_fault fault;

  return vspace_table_check(&space, vaddr, size, &fault) == ERR_NONE;
}

static void start(void) {
  system_start();
  vspace_table_init(FAKE_RAM_SIZE);
  vspace_table_begin(OBJECT_PAGE_DIRECTORY, DIRECTORY);
  vspace_table_begin(OBJECT_PAGE_TABLE, TABLE);
  vspace_table_enter(&space, 0x00400000, TABLE);
}

static void a_walk_sees_every_entry_of_every_size(void) {
  start();
  walk();
  CHECK(seen[FRAME_SMALL] + seen[FRAME_SECTION] == 0,
        "nothing in an empty one");
  enter(0x00400000, FRAMES, FRAME_SMALL);
  enter(0x00403000, FRAMES + 0x1000, FRAME_SMALL);
  enter(0x004ff000, FRAMES + 0x2000, FRAME_SMALL);
  enter(0x00410000, FRAMES + 0x10000, FRAME_LARGE);
  enter(0x00500000, FRAMES, FRAME_SECTION);
  enter(USER_TOP - MIB, FRAMES + MIB, FRAME_SECTION);
  enter(HUGE, DEVICES, FRAME_SUPERSECTION);
  walk();
  CHECK(seen[FRAME_SMALL] == 3 && seen[FRAME_SECTION] == 2,
        "small pages and sections, the first and the last");
  CHECK(seen[FRAME_LARGE] == SPAN && seen[FRAME_SUPERSECTION] == SPAN,
        "each of the sixteen entries of larger ones");
}

static void an_entry_is_found_by_its_address(void) {
  enum frame_size size;

  start();
  enter(0x00403000, FRAMES, FRAME_SMALL);
  enter(0x00500000, FRAMES, FRAME_SECTION);
  CHECK(vspace_table_entry(DIRECTORY, 0x00403ffc, &size) ==
                (word_t *)arch_ptr(TABLE) + 3 &&
            size == FRAME_SMALL,
        "in a page table");
  CHECK(vspace_table_entry(DIRECTORY, 0x005abcde, &size) ==
                (word_t *)arch_ptr(DIRECTORY) + 5 &&
            size == FRAME_SECTION,
        "or in the directory");
  CHECK(vspace_table_entry(DIRECTORY, 0x00404000, &size) == NULL &&
            vspace_table_entry(DIRECTORY, 0x00600000, &size) == NULL,
        "and nothing where nothing is mapped");
}

static void a_supersection_takes_sixteen_entries(void) {
  const word_t *pd = arch_ptr(DIRECTORY);
  struct vspace_place place;

  start();
  enter(HUGE, DEVICES, FRAME_SUPERSECTION);
  for (word_t i = 0; i < SPAN; i++)
    CHECK(pd[(HUGE >> 20) + i] == pd[HUGE >> 20] &&
              (pd[HUGE >> 20] & PTE_SUPERSECTION) != 0,
          "all alike");
  CHECK(pd[(HUGE >> 20) + SPAN] == PTE_INVALID, "and no more");
  CHECK(vspace_table_find(DIRECTORY, HUGE + 0xabcdef, &place) &&
            place.vaddr == HUGE && place.size == FRAME_SUPERSECTION,
        "it is found anywhere inside");
  CHECK(vspace_table_holds(DIRECTORY, HUGE, DEVICES, FRAME_SUPERSECTION) &&
            !vspace_table_holds(DIRECTORY, HUGE, DEVICES, FRAME_SECTION) &&
            !vspace_table_holds(DIRECTORY, HUGE, DEVICES + (1u << 24),
                                FRAME_SUPERSECTION),
        "with its size and its address");
  vspace_table_unmap(&space, HUGE, FRAME_SUPERSECTION);
  CHECK(fake_ram_is_zero(DIRECTORY + (HUGE >> 18), SPAN * 4), "and goes whole");
}

static void a_supersection_needs_sixteen_places(void) {
  start();
  CHECK(!is_free(0, FRAME_SUPERSECTION), "not where a table is");
  enter(HUGE + 15 * MIB, FRAMES, FRAME_SECTION);
  CHECK(!is_free(HUGE, FRAME_SUPERSECTION), "nor over a section");
  enter(HUGE + 16 * MIB, DEVICES, FRAME_SUPERSECTION);
  CHECK(is_free(HUGE + 16 * MIB, FRAME_SUPERSECTION),
        "but over another supersection");
  CHECK(!is_free(HUGE + 20 * MIB, FRAME_SECTION),
        "which no section cuts in pieces");
}

static void a_table_that_is_elsewhere_is_left(void) {
  start();
  vspace_table_remove(&space, 0x00500000, TABLE);
  CHECK(!vspace_table_is_free(DIRECTORY, 0x00400000), "it stays where it is");
  vspace_table_remove(&space, 0x00400000, TABLE);
  CHECK(vspace_table_is_free(DIRECTORY, 0x00400000), "until it is meant");
}

static void tables_that_are_no_objects_can_be_marked(void) {
  word_t block = (TABLE - RAM_BASE) >> VSPACE_BLOCK_BITS;

  start();
  vspace_table_end(OBJECT_PAGE_TABLE, TABLE);
  CHECK((vspace_table_blocks[block / 32] >> block % 32 & 1) == 0, "plain");
  vspace_table_mark(TABLE, PAGE_TABLE_BITS);
  CHECK((vspace_table_blocks[block / 32] >> block % 32 & 1) == 1, "marked");
}

static void addresses_go_there_and_back(void) {
  start();
  CHECK(vspace_real(RAM_BASE) == RAM_BASE + FAKE_PARTITION_OFFSET &&
            vspace_canonical(RAM_BASE + FAKE_PARTITION_OFFSET) == RAM_BASE,
        "RAM lies in the partition");
  CHECK(vspace_real(DEVICES) == DEVICES && vspace_canonical(DEVICES) == DEVICES,
        "devices are where they are");
}

int main(void) {
  a_walk_sees_every_entry_of_every_size();
  an_entry_is_found_by_its_address();
  a_supersection_takes_sixteen_entries();
  a_supersection_needs_sixteen_places();
  a_table_that_is_elsewhere_is_left();
  tables_that_are_no_objects_can_be_marked();
  addresses_go_there_and_back();
  return check_report("vspace_table");
}
