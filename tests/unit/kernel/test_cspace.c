/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/cspace.c: which slot an address names, and why it names none. */
#include "kernel/cspace.h"

#include "harness/check.h"
#include "harness/system.h"

#define INNER 40 /* slot of a CNode of radix 4 with guard 0b101 */

static struct cap inner_cap(void) {
  struct cap cap = system_cap(INNER);

  return cap;
}

static void start(void) {
  struct cap cap;

  system_start();
  system_wake(system_thread(100));
  (void)system_retype(OBJECT_CNODE, 4, INNER, 1);
  cap = inner_cap();
  CHECK(cap_cnode_set_guard(&cap, 3u << 3 | 5u << 8), "the guard fits");
  slot_set_cap(system_slot(INNER), cap);
}

static void a_flat_address_names_a_slot(void) {
  struct lookup lookup;

  start();
  CHECK(cspace_lookup(sched_current, SLOT_CNODE, &lookup), "it resolves");
  CHECK(lookup.slot == system_slot(SLOT_CNODE), "to the slot of that number");
}

static void a_wrong_guard_is_named(void) {
  struct lookup lookup;

  start();
  CHECK(!cspace_lookup(sched_current, 0x100, &lookup), "it does not resolve");
  CHECK(lookup.fault.failure == LOOKUP_GUARD_MISMATCH, "because of the guard");
  CHECK(lookup.fault.count == 3 && lookup.fault.word[0] == 32 &&
            lookup.fault.word[1] == 0 && lookup.fault.word[2] == 24,
        "bits left, guard and its size are told");
}

static void levels_are_walked_until_bits_run_out(void) {
  struct cap root = system_cap(SLOT_CNODE);
  struct cap inner;
  struct lookup lookup;

  start();
  root = system_cap(SLOT_CNODE);
  inner = inner_cap();
  CHECK(cap_cnode_set_guard(&root, 0), "no guard");
  /* 8 bits: slot 40; then guard 101 and slot 9 */
  CHECK(cspace_resolve(&root, INNER << 7 | 5 << 4 | 9, 15, &lookup),
        "two levels resolve");
  CHECK(lookup.slot == slot_of_cnode(&inner, 9),
        "to the slot of the inner one");
  CHECK(lookup.bits_left == 0, "and use all bits");
  CHECK(!cspace_resolve(&root, INNER << 7 | 4 << 4 | 9, 15, &lookup),
        "a wrong inner guard does not resolve");
  CHECK(lookup.fault.word[0] == 7 && lookup.fault.word[1] == 5 &&
            lookup.fault.word[2] == 3,
        "the inner guard is told");
  CHECK(!cspace_resolve(&root, INNER << 5 | 5 << 2, 13, &lookup),
        "bits that end inside a level do not resolve");
  CHECK(lookup.fault.failure == LOOKUP_DEPTH_MISMATCH &&
            lookup.fault.word[0] == 5 && lookup.fault.word[1] == 7,
        "bits left and bits needed are told");
  CHECK(cspace_resolve(&root, SLOT_DOMAIN << 7, 15, &lookup) &&
            lookup.bits_left == 7,
        "a slot without CNode ends the walk");
}

static void a_root_must_be_a_cnode(void) {
  struct cap root = cap_tcb(0x10000000u);
  struct lookup lookup;

  CHECK(!cspace_resolve(&root, 0, 32, &lookup) &&
            lookup.fault.failure == LOOKUP_INVALID_ROOT,
        "a TCB is no root");
}

static enum err copy_from(word_t index, word_t depth, cptr_t root) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_COPY, .length = 5,
                .words = {SLOT_FREE, 32, index, depth, RIGHTS_ALL},
                .cap_count = 1, .caps = {root});
}

static void operation_lookups_are_exact(void) {
  start();
  CHECK(copy_from(SLOT_DOMAIN, 0, SLOT_CNODE) == ERR_RANGE &&
            system_word(sched_current, 0) == 1 &&
            system_word(sched_current, 1) == 32,
        "depth 0 is out of range 1..32");
  CHECK(copy_from(SLOT_DOMAIN, 33, SLOT_CNODE) == ERR_RANGE, "so is depth 33");
  CHECK(copy_from(SLOT_DOMAIN, 32, SLOT_DOMAIN) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 0) == 1 &&
            system_word(sched_current, 1) == LOOKUP_INVALID_ROOT,
        "a root that is no CNode fails as source");
  CHECK(copy_from(0, 4, INNER) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_GUARD_MISMATCH,
        "a guard is compared");
  CHECK(copy_from(5 << 4 | 9, 7, INNER) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_MISSING_CAPABILITY &&
            system_word(sched_current, 2) == 7,
        "an empty source is a missing capability");
  CHECK(copy_from((5 << 4 | 9) << 3, 10, INNER) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_DEPTH_MISMATCH &&
            system_word(sched_current, 2) == 3 &&
            system_word(sched_current, 3) == 0,
        "bits left over are a depth mismatch");
  CHECK(copy_from(0xabcd0000u | SLOT_DOMAIN, 32, SLOT_CNODE) ==
            ERR_FAILED_LOOKUP,
        "all 32 bits count at depth 32");
}

static void invocations_accept_left_over_bits(void) {
  struct cap root;
  struct lookup lookup;

  start();
  root = system_cap(SLOT_CNODE);
  CHECK(cap_cnode_set_guard(&root, 0), "no guard");
  slot_set_cap(&sched_current->slots[TCB_SLOT_CSPACE], root);
  CHECK(cspace_lookup(sched_current, (word_t)SLOT_DOMAIN << 24 | 0x1234,
                      &lookup) &&
            lookup.slot == system_slot(SLOT_DOMAIN),
        "8 bits name the slot, the others are ignored");
}

int main(void) {
  a_flat_address_names_a_slot();
  a_wrong_guard_is_named();
  levels_are_walked_until_bits_run_out();
  a_root_must_be_a_cnode();
  operation_lookups_are_exact();
  invocations_accept_left_over_bits();
  return check_report("cspace");
}
