/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/vspace.c, vspace_table.c: what may be mapped, which mistake is
 * named first, and what the hardware gets to see.
 */
#include "vspace_calls.h"

#include "kernel/vspace_table.h"

static void table_mistakes_are_found_in_order(void) {
  start();
  CHECK(INVOKE(.to = SLOT_TABLE, .label = INVOCATION_PAGE_MAP) ==
            ERR_ILLEGAL_OPERATION,
        "first the label");
  CHECK(INVOKE(.to = SLOT_TABLE, .label = INVOCATION_PAGE_TABLE_MAP,
               .length = 1, .cap_count = 1,
               .caps = {SLOT_DIRECTORY}) == ERR_TRUNCATED_MESSAGE,
        "then the length");
  CHECK(map_table_in(SLOT_TABLE, USER_TOP, SLOT_SPACE) ==
                ERR_INVALID_CAPABILITY &&
            replied(1),
        "then a directory without ASID");
  CHECK(map_table_in(SLOT_TABLE, USER_TOP, SLOT_SMALL) ==
                ERR_INVALID_CAPABILITY &&
            replied(1),
        "or no directory at all");
  CHECK(map_table(SLOT_TABLE, USER_TOP) == ERR_INVALID_ARGUMENT && replied(0),
        "then the address");
  CHECK(map_table(SLOT_TABLE, PLACE + 0x1234) == ERR_NONE,
        "the low bits of the address are ignored");
  CHECK(map_table(SLOT_TABLE, 0x200000) == ERR_INVALID_CAPABILITY && replied(0),
        "a table is mapped once");
  CHECK(map_table(SLOT_TABLE2, PLACE) == ERR_DELETE_FIRST,
        "and a place holds one");
}

static void tables_are_entered_and_removed(void) {
  start();
  struct cap table = system_cap(SLOT_TABLE);
  paddr_t paddr = cap_page_table_paddr(&table);
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table is mapped");
  word_t entry = first_level(PLACE);
  CHECK(entry == ((paddr + FAKE_PARTITION_OFFSET) | PTE_TABLE),
        "the hardware sees its real address");
  CHECK(vspace_entry_canonical(entry) == (paddr | PTE_TABLE),
        "the canonical view does not");
  CHECK(map(SLOT_SMALL, PLACE, RW) == ERR_NONE, "a page goes in");
  CHECK(INVOKE(.to = SLOT_TABLE, .label = INVOCATION_PAGE_TABLE_UNMAP) ==
            ERR_NONE,
        "the table is taken out");
  CHECK(first_level(PLACE) == 0, "its entry is gone");
  CHECK(fake_ram_is_zero(paddr, 1u << PAGE_TABLE_BITS), "and it is empty");
  CHECK(map(SLOT_SMALL2, PLACE, RW) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_MISSING_CAPABILITY &&
            system_word(sched_current, 2) == 20,
        "without a table no page can be mapped");
}

static void frame_mistakes_are_found_in_order(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table");
  CHECK(INVOKE(.to = SLOT_SMALL, .label = INVOCATION_PAGE_MAP, .length = 2,
               .cap_count = 1, .caps = {SLOT_SPACE}) == ERR_TRUNCATED_MESSAGE,
        "first the length");
  CHECK(map_in(SLOT_SMALL, USER_TOP + 1, RW, SLOT_SPACE) ==
                ERR_INVALID_CAPABILITY &&
            replied(1),
        "then a directory without ASID");
  CHECK(map(SLOT_SMALL, USER_TOP + 1, RW) == ERR_INVALID_ARGUMENT && replied(0),
        "then an address of the kernel");
  CHECK(map(SLOT_SECTION, USER_TOP - 0x1000, RW) == ERR_INVALID_ARGUMENT,
        "even of the last byte");
  CHECK(map(SLOT_SMALL, 0xfffff000u, RW) == ERR_INVALID_ARGUMENT,
        "even at the end of the address space");
  CHECK(map(SLOT_SMALL, PLACE + 4, RW) == ERR_ALIGNMENT, "then alignment");
  CHECK(map(SLOT_SMALL, PLACE, RW) == ERR_NONE, "then it is mapped");
  CHECK(map(SLOT_SMALL, PLACE + 0x1000, RW) == ERR_INVALID_ARGUMENT &&
            replied(0),
        "a mapped frame stays where it is");
  CHECK(map(SLOT_SMALL, PLACE, RIGHT_READ) == ERR_NONE,
        "but may change its rights");
}

static void places_hold_one_size(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table");
  CHECK(map(SLOT_SMALL, PLACE + 0x3000, RW) == ERR_NONE, "a small page");
  CHECK(map(SLOT_LARGE, PLACE, RW) == ERR_DELETE_FIRST,
        "a large page does not cover a small one");
  CHECK(map(SLOT_SECTION, PLACE, RW) == ERR_DELETE_FIRST,
        "nor a section a table");
  CHECK(map(SLOT_LARGE, PLACE + 0x10000, RW) == ERR_NONE, "a large page");
  CHECK(map(SLOT_SMALL2, PLACE + 0x1f000, RW) == ERR_DELETE_FIRST,
        "a small page does not go into a large one");
  CHECK(map(SLOT_SECTION, 0x300000, RW) == ERR_NONE, "a section elsewhere");
  CHECK(map_table(SLOT_TABLE2, 0x300000) == ERR_DELETE_FIRST,
        "a table does not go into a section");
  CHECK(reaches(0x3abcde, frame_paddr(SLOT_SECTION) + 0xabcde, true),
        "a section reaches all its bytes");
  CHECK(reaches(PLACE + 0x1fffc, frame_paddr(SLOT_LARGE) + 0xfffc, true),
        "a large page too");
}

static void rights_are_those_of_cap_and_argument(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table");
  CHECK(map(SLOT_SMALL, PLACE, RIGHT_READ) == ERR_NONE, "read only");
  CHECK(reaches(PLACE, frame_paddr(SLOT_SMALL), false), "can be read");
  CHECK(!reaches(PLACE, frame_paddr(SLOT_SMALL), true), "not written");
  CHECK(map(SLOT_SMALL, PLACE, RIGHT_WRITE) == ERR_NONE, "write only");
  CHECK(!reaches(PLACE, frame_paddr(SLOT_SMALL), false), "is no access at all");
  CHECK(system_copy(SLOT_COPY, SLOT_SMALL2, RIGHT_READ) == ERR_NONE,
        "a read-only capability");
  CHECK(map(SLOT_COPY, PLACE + 0x1000, RW) == ERR_NONE, "mapped for writing");
  CHECK(!reaches(PLACE + 0x1000, frame_paddr(SLOT_COPY), true),
        "still can not be written");
}

static void a_capability_removes_its_own_mapping_only(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table");
  CHECK(map(SLOT_SMALL, PLACE, RW) == ERR_NONE, "a page");
  CHECK(system_copy(SLOT_COPY, SLOT_SMALL, RIGHTS_ALL) == ERR_NONE, "a copy");
  CHECK(system_delete(SLOT_COPY) == ERR_NONE, "that goes again");
  CHECK(reaches(PLACE, frame_paddr(SLOT_SMALL), true), "maps nothing itself");
  CHECK(map(SLOT_SMALL2, PLACE, RW) == ERR_NONE, "another page replaces it");
  CHECK(unmap(SLOT_SMALL) == ERR_NONE, "unmapping the first one");
  CHECK(reaches(PLACE, frame_paddr(SLOT_SMALL2), true), "leaves the second");
  CHECK(system_delete(SLOT_SMALL2) == ERR_NONE, "deleting a frame");
  CHECK(!reaches(PLACE, frame_paddr(SLOT_SMALL), false), "unmaps it");
  CHECK(unmap(SLOT_SMALL) == ERR_NONE, "unmapping what is not mapped is fine");
}

static void devices_may_be_withheld_from_user_mode(void) {
  struct vspace_translation t;
  start();
  fake_hooks.device_access = false;
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table");
  CHECK(map(SLOT_UART, PLACE, RW) == ERR_NONE, "a device frame");
  CHECK(vspace_translate(sched_current, PLACE + 0x40, true, &t),
        "its mapping has the rights asked for");
  CHECK(t.device && t.paddr == SYSTEM_DEVICE + 0x40 && t.bytes_left == 0xfc0,
        "and says that it is a device, at its own address");
  CHECK(map(SLOT_UART, PLACE, RIGHT_READ) == ERR_NONE, "read only");
  CHECK(!vspace_translate(sched_current, PLACE, true, &t) &&
            vspace_translate(sched_current, PLACE, false, &t),
        "is remembered too");
  fake_hooks.device_access = true;
  CHECK(map(SLOT_UART, PLACE, RIGHT_READ) == ERR_NONE, "given to user mode");
  CHECK(!vspace_translate(sched_current, PLACE, true, &t) &&
            vspace_translate(sched_current, PLACE, false, &t),
        "the rights are the same");
}

static void memory_that_is_not_cached_is_shared_with_devices(void) {
  struct vspace_translation t;
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            INVOKE(.to = SLOT_SMALL, .label = INVOCATION_PAGE_MAP, .length = 3,
                   .words = {PLACE, RW, 0}, .cap_count = 1,
                   .caps = {SLOT_DIRECTORY}) == ERR_NONE,
        "a page that is not to be cached");
  CHECK(vspace_translate(sched_current, PLACE, true, &t) && t.device &&
            t.paddr == frame_paddr(SLOT_SMALL),
        "is reached where devices reach it");
  CHECK(INVOKE(.to = SLOT_SMALL, .label = INVOCATION_PAGE_GET_ADDRESS) ==
                ERR_NONE &&
            replied(t.paddr),
        "which is the address that they are told");
  CHECK(map(SLOT_SMALL, PLACE, RW) == ERR_NONE &&
            vspace_translate(sched_current, PLACE, true, &t) && !t.device,
        "cached, it is the replica's own");
  CHECK(INVOKE(.to = SLOT_SMALL, .label = INVOCATION_PAGE_MAP, .length = 3,
               .words = {PLACE, RW, 0}, .cap_count = 1,
               .caps = {SLOT_DIRECTORY}) == ERR_NONE &&
            unmap(SLOT_SMALL) == ERR_NONE &&
            !vspace_translate(sched_current, PLACE, false, &t),
        "and in either way it is unmapped");
}

static void address_is_canonical(void) {
  start();
  CHECK(INVOKE(.to = SLOT_SMALL, .label = INVOCATION_PAGE_GET_ADDRESS) ==
                ERR_NONE &&
            replied(frame_paddr(SLOT_SMALL)),
        "a frame tells its canonical address");
}

int main(void) {
  table_mistakes_are_found_in_order();
  tables_are_entered_and_removed();
  frame_mistakes_are_found_in_order();
  places_hold_one_size();
  rights_are_those_of_cap_and_argument();
  a_capability_removes_its_own_mapping_only();
  devices_may_be_withheld_from_user_mode();
  memory_that_is_not_cached_is_shared_with_devices();
  address_is_canonical();
  return check_report("vspace");
}
