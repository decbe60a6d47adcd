/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/vspace.c: address spaces that run, lose their ASID, and die; what
 * the kernel itself reaches through them.
 */
#include "vspace_calls.h"

#include "kernel/running.h"
#include "kernel/vspace_table.h"

static bool is_table(paddr_t paddr) {
  word_t block = (paddr - RAM_BASE) >> VSPACE_BLOCK_BITS;
  return (vspace_table_blocks[block / 32] >> block % 32 & 1) != 0;
}

static void dead_tables_keep_no_real_address(void) {
  start();
  struct cap table = system_cap(SLOT_TABLE);
  paddr_t paddr = cap_page_table_paddr(&table);
  CHECK(is_table(paddr) && is_table(directory() + 0x3c00),
        "tables are known as such");
  CHECK(!is_table(frame_paddr(SLOT_SMALL)), "frames are not");
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE, "a table");
  CHECK(map(SLOT_SMALL, PLACE, RW) == ERR_NONE, "with a page");
  CHECK(system_delete(SLOT_TABLE) == ERR_NONE, "is deleted");
  CHECK(!is_table(paddr), "it is plain memory again");
  CHECK(fake_ram_is_zero(paddr, 1u << PAGE_TABLE_BITS), "without entries");
  CHECK(first_level(PLACE) == 0, "and nothing points to it");
  CHECK(unmap(SLOT_SMALL) == ERR_NONE, "the page may be unmapped all the same");
}

static void a_thread_without_space_runs_on_the_kernels(void) {
  start();
  struct tcb *bare = system_bare_thread(50);
  running_enter_space(sched_current);
  CHECK(fake_arch.page_directory == directory(), "a thread runs on its own");
  CHECK(fake_arch.hardware_asid > HARDWARE_ASID_KERNEL, "with an ASID");
  running_enter_space(bare);
  CHECK(fake_arch.page_directory == 0 &&
            fake_arch.hardware_asid == HARDWARE_ASID_KERNEL,
        "one without address space on the kernel's");
  running_enter_space(sched_current);
  fake_arch.page_directory = 1;
  running_enter_space(sched_current);
  CHECK(fake_arch.page_directory == 1, "and nothing is done twice");
}

static void an_address_space_that_loses_its_asid_is_left(void) {
  start();
  struct cap pd = slot_cap(&sched_current->slots[TCB_SLOT_VSPACE]);
  running_enter_space(sched_current);
  CHECK(fake_arch.page_directory == directory(), "a thread runs on its own");
  asid_free(cap_page_directory_asid(&pd));
  running_enter_space(sched_current);
  CHECK(fake_arch.page_directory == 0, "until its ASID names it no more");
  asid_set(cap_page_directory_asid(&pd), directory());
  running_enter_space(sched_current);
  CHECK(fake_arch.page_directory == directory(), "and when it does again");
}

static void a_frame_is_mapped_in_one_space(void) {
  start();
  CHECK(INVOKE(.to = SLOT_ASID_POOL, .label = INVOCATION_ASID_POOL_ASSIGN,
               .cap_count = 1, .caps = {SLOT_SPACE}) == ERR_NONE,
        "two address spaces");
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_SMALL, PLACE, RW) == ERR_NONE,
        "mapped in one");
  CHECK(map_in(SLOT_SMALL, PLACE, RW, SLOT_SPACE) == ERR_INVALID_CAPABILITY &&
            replied(1),
        "is refused in the other");
  CHECK(map_table_in(SLOT_TABLE2, PLACE, SLOT_SPACE) == ERR_NONE &&
            system_copy(SLOT_COPY, SLOT_SMALL, RIGHTS_ALL) == ERR_NONE &&
            map_in(SLOT_COPY, PLACE, RW, SLOT_SPACE) == ERR_NONE,
        "a copy is not");
  struct cap other = system_cap(SLOT_SPACE);
  CHECK(system_delete(SLOT_SPACE) == ERR_NONE, "its space is deleted");
  CHECK(map_in(SLOT_COPY, PLACE, RW, SLOT_DIRECTORY) == ERR_INVALID_CAPABILITY,
        "where it was remains known");
  CHECK(unmap(SLOT_COPY) == ERR_NONE && system_delete(SLOT_TABLE2) == ERR_NONE,
        "and it leaves what is gone");
  CHECK(asid_page_directory(cap_page_directory_asid(&other)) == 0,
        "the ASID is free");
}

static void a_running_space_can_be_deleted(void) {
  start();
  CHECK(INVOKE(.to = SLOT_ASID_POOL, .label = INVOCATION_ASID_POOL_ASSIGN,
               .cap_count = 1, .caps = {SLOT_SPACE}) == ERR_NONE,
        "a second space");
  CHECK(INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_SPACE,
               .length = 3, .cap_count = 2,
               .caps = {SLOT_CNODE, SLOT_SPACE}) == ERR_NONE,
        "that the thread moves to");
  struct cap space = system_cap(SLOT_SPACE);
  CHECK(vspace_current() == cap_page_directory_paddr(&space), "it runs there");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "and all memory is revoked");
  CHECK(vspace_current() == 0 && fake_arch.page_directory == 0,
        "the hardware left it first");
}

static void a_copy_that_arrives_loads_the_hardware(void) {
  start();
  running_enter_space(sched_current);
  fake_arch.page_directory = 0;
  vspace_reload();
  CHECK(fake_arch.page_directory == directory(), "with what the donor runs");
}

static void only_fit_frames_are_buffers(void) {
  start();
  struct tcb *tcb = sched_current;
  struct cap_slot *slot = &tcb->slots[TCB_SLOT_BUFFER];
  paddr_t paddr = frame_paddr(SLOT_SMALL);
  slot_set_cap(slot, cap_frame(paddr, FRAME_SMALL, FRAME_READ_ONLY, false));
  CHECK(vspace_ipc_buffer(tcb, false) == arch_ptr(paddr), "read only: to send");
  CHECK(vspace_ipc_buffer(tcb, true) == NULL, "but not to receive");
  slot_set_cap(slot, cap_frame(paddr, FRAME_SMALL, FRAME_KERNEL_ONLY, false));
  CHECK(vspace_ipc_buffer(tcb, false) == NULL, "no access: neither");
  slot_set_cap(slot,
               cap_frame(SYSTEM_DEVICE, FRAME_SMALL, FRAME_READ_WRITE, true));
  CHECK(vspace_ipc_buffer(tcb, false) == NULL, "a device never");
}

static void a_space_that_lost_its_asid_takes_nothing(void) {
  start();
  struct cap pd = system_cap(SLOT_DIRECTORY);
  word_t asid = cap_page_directory_asid(&pd);
  asid_free(asid);
  asid_free(0); /* nobody has that one */
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_FAILED_LOOKUP &&
            map(SLOT_SECTION, PLACE, RW) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_INVALID_ROOT,
        "neither a table nor a frame");
  asid_set(asid, RAM_BASE + 0x8000);
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_INVALID_CAPABILITY && replied(1),
        "even if another space has it now");
  CHECK(INVOKE(.to = SLOT_DIRECTORY, .label = INVOCATION_PD_CLEAN_DATA,
               .length = 2,
               .words = {PLACE, PLACE + 4}) == ERR_INVALID_CAPABILITY &&
            replied(0),
        "nor does its cache");
  asid_set(asid, directory());
}

static void a_shared_table_stays(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            system_copy(SLOT_COPY, SLOT_TABLE, RIGHTS_ALL) == ERR_NONE,
        "two capabilities of a table");
  CHECK(INVOKE(.to = SLOT_TABLE, .label = INVOCATION_PAGE_TABLE_UNMAP) ==
            ERR_REVOKE_FIRST,
        "neither of which can unmap it");
  CHECK(system_delete(SLOT_COPY) == ERR_NONE &&
            INVOKE(.to = SLOT_TABLE, .label = INVOCATION_PAGE_TABLE_UNMAP) ==
                ERR_NONE &&
            INVOKE(.to = SLOT_TABLE, .label = INVOCATION_PAGE_TABLE_UNMAP) ==
                ERR_NONE,
        "but the last one can, as often as it likes");
  CHECK(system_copy(SLOT_COPY, SLOT_TABLE, RIGHTS_ALL) == ERR_ILLEGAL_OPERATION,
        "and one that is not mapped has no copies");
}

static void a_copy_of_a_dead_space_is_no_space(void) {
  struct vspace_translation t;
  start();
  CHECK(map(SLOT_SECTION, 0x300000, RW) == ERR_NONE &&
            reaches(0x300000, frame_paddr(SLOT_SECTION), true),
        "mapped");
  struct cap pd = system_cap(SLOT_DIRECTORY);
  asid_free(cap_page_directory_asid(&pd));
  CHECK(!vspace_translate(sched_current, 0x300000, false, &t),
        "but its ASID names another one, or none");
  asid_set(cap_page_directory_asid(&pd), directory());
}

static void nothing_is_translated_where_nothing_is(void) {
  struct vspace_translation t;
  start();
  CHECK(!vspace_translate(sched_current, USER_TOP, false, &t) &&
            !vspace_translate(sched_current, PLACE, false, &t) &&
            !vspace_translate(system_bare_thread(1), PLACE, false, &t),
        "the kernel's half, an empty place, no space at all");
}

int main(void) {
  dead_tables_keep_no_real_address();
  a_thread_without_space_runs_on_the_kernels();
  an_address_space_that_loses_its_asid_is_left();
  a_frame_is_mapped_in_one_space();
  a_running_space_can_be_deleted();
  a_copy_that_arrives_loads_the_hardware();
  only_fit_frames_are_buffers();
  a_space_that_lost_its_asid_takes_nothing();
  a_shared_table_stays();
  a_copy_of_a_dead_space_is_no_space();
  nothing_is_translated_where_nothing_is();
  return check_report("vspace_life");
}
