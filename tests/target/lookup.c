/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an address and a depth find a slot, in CNode operations (exactly that
 * many bits) and in invocations (bits may be left over).
 */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define ROOT_GUARD_BITS (32u - ROOT_CNODE_BITS)
#define DELETE(cnode, index, depth)                                            \
  REQUEST(cnode, CNODE_DELETE, WORDS(index, depth))

static void depths(void) {
  cptr_t slot = arena_slot();
  EXPECT("depth 0 is out of range", DELETE(ROOT, slot, 0), ERR_RANGE,
         WORDS(1, 32));
  EXPECT("depth 33 is out of range", DELETE(ROOT, slot, 33), ERR_RANGE,
         WORDS(1, 32));
  EXPECT("the radix does not fit in a depth of 31", DELETE(ROOT, slot, 31),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_DEPTH_MISMATCH, 31, 32));
  EXPECT("the guard does not fit in a depth of 10", DELETE(ROOT, slot, 10),
         ERR_FAILED_LOOKUP,
         WORDS(0, LOOKUP_GUARD_MISMATCH, 10, 0, ROOT_GUARD_BITS));
  EXPECT("a wrong guard is told with its size",
         DELETE(ROOT, 1u << ROOT_CNODE_BITS | slot, 32), ERR_FAILED_LOOKUP,
         WORDS(0, LOOKUP_GUARD_MISMATCH, 32, 0, ROOT_GUARD_BITS));
}

static void levels(void) {
  cptr_t outer = arena_make(OBJECT_CNODE, 4);
  cptr_t inner = arena_make(OBJECT_CNODE, 3);
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  REQUEST(outer, CNODE_COPY, CAPS(ROOT),
          WORDS(9, 4, inner, ROOT_DEPTH, RIGHTS_ALL));
  EXPECT("two levels take the bits of both",
         REQUEST(outer, CNODE_COPY, CAPS(ROOT),
                 WORDS(9 << 3 | 5, 7, event, ROOT_DEPTH, RIGHTS_ALL)),
         ERR_NONE);
  EXPECT("the slot is the inner CNode's",
         REQUEST(inner, CNODE_COPY, CAPS(ROOT),
                 WORDS(5, 3, event, ROOT_DEPTH, RIGHTS_ALL)),
         ERR_DELETE_FIRST);
  EXPECT("bits behind a cap that is no CNode are left over",
         DELETE(outer, 9 << 5 | 5 << 2, 9), ERR_FAILED_LOOKUP,
         WORDS(0, LOOKUP_DEPTH_MISMATCH, 2, 0));
  EXPECT("bits above the depth are ignored",
         DELETE(outer, 0xffffff80u | 9 << 3 | 5, 7), ERR_NONE);
  EXPECT("the slot was found",
         REQUEST(inner, CNODE_COPY, CAPS(ROOT),
                 WORDS(5, 3, event, ROOT_DEPTH, RIGHTS_ALL)),
         ERR_NONE);
}

static void sources(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t slot = arena_slot();
  EXPECT("a source root that is no CNode is invalid",
         REQUEST(ROOT, CNODE_MOVE, CAPS(event),
                 WORDS(slot, ROOT_DEPTH, event, ROOT_DEPTH)),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_INVALID_ROOT));
  EXPECT(
      "a failed lookup of the source says so",
      REQUEST(ROOT, CNODE_MOVE, CAPS(ROOT), WORDS(slot, ROOT_DEPTH, event, 31)),
      ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_DEPTH_MISMATCH, 31, 32));
}

/* ---- the same in a thread's own CSpace ----------------------------------- */

static word_t signals(word_t cap) {
  struct rt_trap trap = {.r0 = cap};
  rt_trap(SYSCALL_SEND, &trap);
  return trap.r1;
}

/* A worker whose CSpace is a CNode of 16 slots and guard 0: a slot's address
 * is in the top four bits. Its message cap is in slot 0. */
static void invocations(void) {
  cptr_t cnode = arena_make(OBJECT_CNODE, 4);
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  word_t badge = 0;
  worker_make(0);
  REQUEST(cnode, CNODE_MINT, CAPS(ROOT),
          WORDS(3, 4, event, ROOT_DEPTH, RIGHTS_ALL, 0x33));
  REQUEST(cnode, CNODE_COPY, CAPS(ROOT),
          WORDS(0, 4, worker_cap(0), ROOT_DEPTH, RIGHTS_ALL));
  EXPECT("a thread gets a CSpace of its own",
         REQUEST(worker_tcb(0), TCB_SET_SPACE, CAPS(cnode, ROOT_SLOT_VSPACE),
                 WORDS(0, 0, 0)),
         ERR_NONE);
  worker_run(0, signals, 0x3badbad0);
  worker_result(0);
  seL4_Poll(event, &badge);
  CHECK(badge == 0x33, "in invocations bits behind the slot are left over");
}

static void unresolved(void) {
  worker_start(1, signals, 0x00012345);
  struct worker_event event = worker_wait();
  CHECK(event.worker == 1 && event.label == FAULT_CAP,
        "an address that leads to no slot is a cap fault");
  CHECK(event.length == 7 && event.mr[1] == 0x00012345 && event.mr[2] == 0,
        "the fault tells the address, and that it was not in receiving");
  CHECK(event.mr[3] == LOOKUP_GUARD_MISMATCH && event.mr[4] == 32 &&
            event.mr[5] == 0 && event.mr[6] == ROOT_GUARD_BITS,
        "the fault tells why the lookup failed");
}

void test_lookup(void) {
  workers_begin();
  depths();
  levels();
  sources();
  invocations();
  unresolved();
}
