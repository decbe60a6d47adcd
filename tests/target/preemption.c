/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long operations of the kernel: an interrupt that comes in the middle wakes
 * its thread at once, and the operation is complete in the end all the same.
 * A worker starts the operation; the test sleeps until the timer interrupts.
 */
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define BADGE 0x10u
#define ALARM_US 150u
#define COPIES 4096u
#define COPIES_BITS 12u
#define DIRTY_BITS 20u

static cptr_t event;
static cptr_t handler;
static volatile bool finished; /* the operation */

static void take_timer(void) {
  event = arena_make(OBJECT_NOTIFICATION, 0);
  handler = arena_slot();
  seL4_IRQControl_Get(ROOT_SLOT_IRQ_CONTROL, DEVICE_IRQ, ROOT, handler,
                      ROOT_DEPTH);
  seL4_IRQHandler_SetNotification(handler,
                                  memory_mint(event, RIGHT_WRITE, BADGE));
  device_begin();
}

/* Let worker 0 do `work` while the test waits for an alarm.
 * @return Whether the alarm came before the work was done. */
static bool is_cut_short(worker_entry *work, cptr_t object) {
  word_t word = 0;
  finished = false;
  device_quiet();
  seL4_IRQHandler_Ack(handler);
  worker_run(0, work, object);
  device_alarm(device_now() + ALARM_US);
  seL4_Wait(event, &word);
  device_quiet();
  return word == BADGE && !finished;
}

static word_t revokes(word_t slot) {
  word_t error = seL4_CNode_Revoke(ROOT, slot, ROOT_DEPTH);
  finished = true;
  return error;
}

static word_t deletes(word_t slot) {
  word_t error = seL4_CNode_Delete(ROOT, slot, ROOT_DEPTH);
  finished = true;
  return error;
}

/* A CNode full of copies of one notification. */
static cptr_t fill_cnode(cptr_t original) {
  cptr_t cnode = arena_make(OBJECT_CNODE, COPIES_BITS);
  for (word_t i = 0; i < COPIES; i++) {
    seL4_CNode_Mint(cnode, i, COPIES_BITS, ROOT, original, ROOT_DEPTH,
                    seL4_AllRights, 0);
  }
  return cnode;
}

static void revoking(void) {
  cptr_t original = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t cnode = fill_cnode(original);
  CHECK(is_cut_short(revokes, original), "an interrupt cuts a long Revoke");
  CHECK(worker_result(0) == ERR_NONE, "the Revoke goes on and succeeds");
  EXPECT("its first cap is gone",
         REQUEST(cnode, CNODE_MOVE, CAPS(cnode),
                 WORDS(1, COPIES_BITS, 0, COPIES_BITS)),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, COPIES_BITS));
  EXPECT("and its last",
         REQUEST(cnode, CNODE_MOVE, CAPS(cnode),
                 WORDS(1, COPIES_BITS, COPIES - 1, COPIES_BITS)),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, COPIES_BITS));
  CHECK(cap_kind(original) == KIND_NOTIFICATION, "the original stays");
}

static void deleting(void) {
  cptr_t original = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t cnode = fill_cnode(original);
  CHECK(is_cut_short(deletes, cnode), "an interrupt cuts the end of a CNode");
  CHECK(worker_result(0) == ERR_NONE && cap_kind(cnode) == KIND_NULL,
        "the Delete goes on and succeeds");
}

/* Retype of memory that must be zeroed first. */
static word_t retypes(word_t untyped) {
  word_t error = seL4_Untyped_Retype(untyped, OBJECT_SECTION, 0, ROOT, 0, 0,
                                     arena_slot(), 1);
  finished = true;
  return error;
}

static void zeroing(void) {
  cptr_t untyped = arena_make(OBJECT_UNTYPED, DIRTY_BITS);
  memory_objects(untyped, OBJECT_SMALL_PAGE, 0, 256);
  arena_revoke(untyped);
  CHECK(is_cut_short(retypes, untyped), "an interrupt cuts a long Retype");
  CHECK(worker_result(0) == ERR_NONE, "the Retype goes on and succeeds");
}

void test_preemption(void) {
  workers_begin();
  worker_make(0);
  take_timer();
  revoking();
  deleting();
  zeroing();
  arena_delete(handler);
}
