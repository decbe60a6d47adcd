/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/asid.c: pools, ASIDs, and the hardware's few of them. */
#include "kernel/asid.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"

#define POOL_PADDR (RAM_BASE + 0x100000u)
#define POOL 5u
#define SPACES 600u /* more than the hardware has */
#define POOL_ENTRIES (1u << ASID_POOL_INDEX_BITS)

#define SLOT_POOL_MEMORY SLOT_FREE
#define SLOT_POOL (SLOT_FREE + 1)
#define SLOT_SPACE (SLOT_FREE + 2)

static word_t asid_of(word_t i) {
  return POOL << ASID_POOL_INDEX_BITS | i;
}

static paddr_t directory_of(word_t i) {
  return RAM_BASE + ((i % 512) << PAGE_DIRECTORY_BITS);
}

static void start(void) {
  system_start();
  system_wake(system_thread(100));
}

static bool replied(word_t word) {
  return system_word(sched_current, 0) == word;
}

/* No hardware ASID is held twice, and none is a reserved one. */
static bool holders_are_sound(void) {
  bool held[256] = {false};
  for (word_t i = 1; i < SPACES; i++) {
    word_t hardware = asid_hardware(asid_of(i));
    if (hardware == HARDWARE_ASID_NONE) {
      continue;
    }
    if (hardware <= HARDWARE_ASID_KERNEL || hardware > 255 || held[hardware]) {
      return false;
    }
    held[hardware] = true;
  }
  return true;
}

static void address_spaces_take_turns_in_the_hardware(void) {
  start();
  asid_pool_register(POOL, POOL_PADDR);
  for (word_t i = 1; i < SPACES; i++) {
    asid_set(asid_of(i), directory_of(i));
  }
  word_t seed = 7;
  for (word_t step = 0; step < 4 * SPACES; step++) {
    seed = seed * 1103515245u + 12345u;
    word_t i = 1 + seed / 65536 % (SPACES - 1);
    word_t hardware = asid_hardware_take(asid_of(i), directory_of(i));
    CHECK(hardware == asid_hardware(asid_of(i)), "who takes one holds it");
    CHECK(asid_hardware_take(asid_of(i), directory_of(i)) == hardware,
          "and keeps it");
    CHECK(asid_page_directory(asid_of(i)) == directory_of(i),
          "and still names its page directory");
  }
  CHECK(holders_are_sound(), "nobody shares a hardware ASID");
  CHECK(asid_hardware_take(asid_of(1), directory_of(2)) == HARDWARE_ASID_NONE &&
            asid_hardware_take(0, 0) == HARDWARE_ASID_NONE,
        "none for a directory that the ASID does not name");
}

static void asids_in_use_are_found_in_order(void) {
  word_t count = 0;
  for (word_t asid = asid_next(0); asid != 0; asid = asid_next(asid)) {
    CHECK(asid == ASID_ROOT || asid == asid_of(count), "each one, ascending");
    count++;
  }
  CHECK(count == SPACES, "the root task's, and those of the test");
  CHECK(asid_next(asid_of(SPACES - 1)) == 0, "and then no more");
}

static void a_hardware_asid_tells_whose_it_is(void) {
  word_t hardware = asid_hardware_take(asid_of(3), directory_of(3));
  CHECK(asid_of_hardware(hardware) == asid_of(3), "the one who took it");
  CHECK(asid_of_hardware(HARDWARE_ASID_NONE) == 0, "or nobody");
}

static void losing_one_forgets_its_translations(void) {
  word_t flushes = fake_arch.flushes;
  word_t asid = 0;
  for (word_t i = 1; asid == 0; i++) {
    asid = asid_hardware(asid_of(i)) != HARDWARE_ASID_NONE ? asid_of(i) : 0;
  }
  asid_free(asid);
  CHECK(fake_arch.flushes == flushes + 1, "a holder that dies is flushed");
  CHECK(asid_page_directory(asid) == 0, "it names nothing any more");
  struct cap pool = cap_asid_pool(POOL_PADDR, POOL);
  asid_pool_destroy(&pool);
  CHECK(asid_page_directory(asid_of(1)) == 0, "nor does any of a dead pool");
  CHECK(asid_hardware(asid_of(2)) == HARDWARE_ASID_NONE, "or hold anything");
}

static void zero_names_nothing(void) {
  start();
  CHECK(asid_page_directory(0) == 0, "ASID 0 names no page directory");
  CHECK(asid_page_directory(0x1ffff) == 0, "nor does one without a pool");
}

static enum err make_pool(cptr_t untyped, word_t slot) {
  return INVOKE(.to = SLOT_ASID_CONTROL,
                .label = INVOCATION_ASID_CONTROL_MAKE_POOL, .length = 2,
                .words = {slot, 32}, .cap_count = 2,
                .caps = {untyped, SLOT_CNODE});
}

static void pools_are_made_from_untyped_memory(void) {
  start();
  CHECK(INVOKE(.to = SLOT_ASID_CONTROL, .label = INVOCATION_PAGE_MAP) ==
            ERR_ILLEGAL_OPERATION,
        "another label is refused");
  CHECK(INVOKE(.to = SLOT_ASID_CONTROL,
               .label = INVOCATION_ASID_CONTROL_MAKE_POOL, .length = 2,
               .cap_count = 1, .caps = {SLOT_UNTYPED}) == ERR_TRUNCATED_MESSAGE,
        "a root is needed");
  CHECK(make_pool(SLOT_UNTYPED, SLOT_POOL) == ERR_INVALID_CAPABILITY &&
            replied(1),
        "untyped memory of another size is refused");
  CHECK(system_retype(OBJECT_UNTYPED, ASID_POOL_BITS, SLOT_POOL_MEMORY, 1) ==
            ERR_NONE,
        "4 KiB of untyped memory");
  CHECK(make_pool(SLOT_POOL_MEMORY, SLOT_CNODE) == ERR_DELETE_FIRST,
        "the destination must be empty");
  CHECK(make_pool(SLOT_POOL_MEMORY, SLOT_POOL) == ERR_NONE, "a pool is made");
  CHECK(slot_type(system_slot(SLOT_POOL)) == CAP_ASID_POOL, "and is there");
  CHECK(make_pool(SLOT_POOL_MEMORY, SLOT_SPACE) == ERR_REVOKE_FIRST,
        "its memory is used up");
  CHECK(system_delete(SLOT_POOL) == ERR_NONE, "a pool can be deleted");
  CHECK(make_pool(SLOT_POOL_MEMORY, SLOT_POOL) == ERR_NONE, "and made again");
}

static enum err assign(cptr_t pool, cptr_t directory) {
  return INVOKE(.to = pool, .label = INVOCATION_ASID_POOL_ASSIGN,
                .cap_count = 1, .caps = {directory});
}

static word_t asid_in(word_t slot) {
  struct cap cap = system_cap(slot);
  return cap_page_directory_asid(&cap);
}

static void the_lowest_free_asid_is_assigned(void) {
  start();
  CHECK(system_retype(OBJECT_PAGE_DIRECTORY, 0, SLOT_SPACE, 3) == ERR_NONE,
        "three page directories");
  CHECK(assign(SLOT_ASID_POOL, SLOT_DIRECTORY) == ERR_INVALID_CAPABILITY &&
            replied(1),
        "a directory gets one ASID only");
  CHECK(assign(SLOT_ASID_POOL, SLOT_UNTYPED) == ERR_INVALID_CAPABILITY &&
            replied(1),
        "and nothing else gets one");
  CHECK(assign(SLOT_ASID_POOL, SLOT_SPACE) == ERR_NONE, "it is assigned");
  CHECK(assign(SLOT_ASID_POOL, SLOT_SPACE + 1) == ERR_NONE, "and another");
  CHECK(asid_in(SLOT_SPACE) == 2 && asid_in(SLOT_SPACE + 1) == 3,
        "0 is never given out, 1 is the root task's");
  CHECK(system_delete(SLOT_SPACE) == ERR_NONE, "a directory is deleted");
  CHECK(assign(SLOT_ASID_POOL, SLOT_SPACE + 2) == ERR_NONE &&
            asid_in(SLOT_SPACE + 2) == 2,
        "its ASID is free again");
}

static void every_mistake_has_its_error(void) {
  start();
  CHECK(INVOKE(.to = SLOT_ASID_POOL, .label = INVOCATION_PAGE_MAP) ==
            ERR_ILLEGAL_OPERATION,
        "another label");
  CHECK(INVOKE(.to = SLOT_ASID_POOL, .label = INVOCATION_ASID_POOL_ASSIGN) ==
            ERR_TRUNCATED_MESSAGE,
        "no page directory");
  CHECK(system_retype(OBJECT_PAGE_DIRECTORY, 0, SLOT_SPACE, 1) == ERR_NONE &&
            system_retype(OBJECT_UNTYPED, ASID_POOL_BITS, SLOT_POOL_MEMORY,
                          1) == ERR_NONE &&
            make_pool(SLOT_POOL_MEMORY, SLOT_POOL) == ERR_NONE,
        "a pool of its own");
  struct cap pool = system_cap(SLOT_POOL);
  asid_pool_register(cap_asid_pool_number(&pool), 0);
  CHECK(assign(SLOT_POOL, SLOT_SPACE) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_INVALID_ROOT,
        "a pool that is no longer registered");
  asid_pool_register(cap_asid_pool_number(&pool), POOL_PADDR);
  CHECK(assign(SLOT_POOL, SLOT_SPACE) == ERR_INVALID_CAPABILITY && replied(0),
        "or that another one has replaced");
  asid_pool_destroy(&pool);
  CHECK(asid_page_directory(asid_of(0)) == 0, "whom it can not destroy");
  asid_pool_register(cap_asid_pool_number(&pool), 0);
}

static void pool_numbers_run_out(void) {
  start();
  CHECK(system_retype(OBJECT_UNTYPED, ASID_POOL_BITS, SLOT_POOL_MEMORY, 1) ==
            ERR_NONE,
        "memory for one more");
  for (word_t i = 1; i < ASID_POOL_COUNT; i++) {
    asid_pool_register(i, POOL_PADDR);
  }
  CHECK(make_pool(SLOT_POOL_MEMORY, SLOT_POOL) == ERR_DELETE_FIRST,
        "but for its number");
  for (word_t i = 1; i < ASID_POOL_COUNT; i++) {
    asid_pool_register(i, 0);
  }
  CHECK(INVOKE(.to = SLOT_DEVICE, .label = INVOCATION_UNTYPED_RETYPE,
               .length = 6,
               .words = {OBJECT_UNTYPED, ASID_POOL_BITS, 0, 0, SLOT_SPACE, 1},
               .cap_count = 1, .caps = {SLOT_CNODE}) == ERR_NONE &&
            make_pool(SLOT_SPACE, SLOT_POOL) == ERR_INVALID_CAPABILITY &&
            replied(1),
        "and a device is no memory for it");
}

static void a_full_pool_says_so(void) {
  start();
  CHECK(system_retype(OBJECT_PAGE_DIRECTORY, 0, SLOT_SPACE, 1) == ERR_NONE,
        "a page directory");
  for (word_t i = 2; i < POOL_ENTRIES; i++) {
    asid_set(i, directory_of(i));
  }
  CHECK(assign(SLOT_ASID_POOL, SLOT_SPACE) == ERR_DELETE_FIRST,
        "no ASID is left");
  for (word_t i = 2; i < POOL_ENTRIES; i++) {
    asid_free(i);
  }
}

int main(void) {
  address_spaces_take_turns_in_the_hardware();
  asids_in_use_are_found_in_order();
  a_hardware_asid_tells_whose_it_is();
  losing_one_forgets_its_translations();
  zero_names_nothing();
  pools_are_made_from_untyped_memory();
  the_lowest_free_asid_is_assigned();
  every_mistake_has_its_error();
  pool_numbers_run_out();
  a_full_pool_says_so();
  return check_report("asid");
}
