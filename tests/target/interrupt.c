/* SPDX-License-Identifier: BSD-2-Clause */
/* IRQ control and handlers, and a real interrupt of the timer. */
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define IRQ_LAST 159u
#define BADGE 0x10u
#define ALARM_US 200u
#define REST_US 5000u
#define SPARE_IRQ 100u /* nothing that raises it is ever set up */

#define EDGE 1u

#define GET_EDGE(irq, slot)                                                    \
  REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_TRIGGER, CAPS(ROOT),        \
          WORDS(irq, EDGE, slot, ROOT_DEPTH))
#define GET(irq, slot)                                                         \
  REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER, CAPS(ROOT),                \
          WORDS(irq, slot, ROOT_DEPTH))

static cptr_t event;
static cptr_t handler;

static void control(void) {
  cptr_t slot = arena_slot();
  cptr_t second = arena_slot();
  EXPECT("IRQ 160 is out of range", GET(IRQ_LAST + 1, slot), ERR_RANGE,
         WORDS(0, IRQ_LAST));
  EXPECT("the kernel's tick is not given out", GET(29, slot), ERR_REVOKE_FIRST);
  EXPECT("a handler needs three words",
         REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER, CAPS(ROOT),
                 WORDS(SPARE_IRQ, slot)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("the slot must be empty", GET(SPARE_IRQ, ROOT_SLOT_TCB),
         ERR_DELETE_FIRST);
  EXPECT("an IRQ is given out", GET(SPARE_IRQ, slot), ERR_NONE);
  CHECK(cap_kind(slot) == KIND_IRQ_HANDLER, "as a handler");
  EXPECT("once", GET(SPARE_IRQ, second), ERR_REVOKE_FIRST);
  EXPECT("IRQ control can not be copied",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT),
                 WORDS(second, ROOT_DEPTH, ROOT_SLOT_IRQ_CONTROL, ROOT_DEPTH,
                       RIGHTS_ALL)),
         ERR_ILLEGAL_OPERATION);
  arena_delete(slot);
  EXPECT("after the handler is deleted again",
         REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_TRIGGER, CAPS(ROOT),
                 WORDS(SPARE_IRQ, 0, slot, ROOT_DEPTH)),
         ERR_NONE);
  arena_delete(slot);
}

static void routing_errors(void) {
  EXPECT("an interrupt goes to a notification",
         REQUEST(handler, IRQ_SET_NOTIFICATION, CAPS(ROOT)),
         ERR_INVALID_CAPABILITY, WORDS(0));
  EXPECT("that can be signalled",
         REQUEST(handler, IRQ_SET_NOTIFICATION,
                 CAPS(memory_mint(event, RIGHT_READ, 0))),
         ERR_INVALID_CAPABILITY, WORDS(0));
  EXPECT("a label that no handler knows is illegal",
         REQUEST(handler, TCB_SUSPEND), ERR_ILLEGAL_OPERATION);
}

static void arm_for(word_t delay_us) {
  device_quiet();
  device_alarm(device_now() + delay_us);
}

static void arm(void) {
  arm_for(ALARM_US);
}

static word_t poll(void) {
  word_t word = ~0u;
  seL4_Poll(event, &word);
  return word;
}

/* Let the alarm's time pass without waiting for it. */
static void pass(void) {
  word_t start = device_now();
  while (device_now() - start < 2 * ALARM_US) {
  }
}

static void delivery(void) {
  word_t word = 0;
  arm();
  seL4_Wait(event, &word);
  CHECK(word == BADGE, "an interrupt wakes who waits on its notification");
  pass();
  CHECK(poll() == 0, "until it is acknowledged it does not come again");
  seL4_IRQHandler_Ack(handler);
  seL4_Wait(event, &word);
  CHECK(word == BADGE, "acknowledged, it comes as long as the device wants it");
  device_quiet();
  seL4_IRQHandler_Ack(handler);
  pass();
  CHECK(poll() == 0, "a device that is quiet interrupts no more");
  arm();
  pass();
  CHECK(poll() == BADGE, "an interrupt comes while a program runs, too");
  device_quiet();
  seL4_IRQHandler_Ack(handler);
}

static void clearing(void) {
  seL4_IRQHandler_Clear(handler);
  arm();
  pass();
  CHECK(poll() == 0, "after Clear an interrupt signals nothing");
  device_quiet();
  seL4_IRQHandler_Ack(handler);
  cptr_t doomed = arena_make(OBJECT_NOTIFICATION, 0);
  seL4_IRQHandler_SetNotification(handler, doomed);
  arena_delete(doomed);
  arm();
  pass();
  device_quiet();
  CHECK(poll() == 0, "nor when the notification is gone");
}

static word_t counts(word_t own_event) {
  word_t word = 0;
  seL4_Wait(own_event, &word);
  return word;
}

/* An idle system is woken by an interrupt, and the woken thread pre-empts. */
static void preemption(void) {
  seL4_IRQHandler_SetNotification(handler,
                                  memory_mint(event, RIGHT_WRITE, BADGE));
  seL4_IRQHandler_Ack(handler);
  worker_start(0, counts, event);
  workers_settle();
  arm();
  CHECK(worker_result(0) == BADGE,
        "an interrupt that comes while nobody runs wakes its thread");
  device_quiet();
}

static void take_timer(void) {
  event = arena_make(OBJECT_NOTIFICATION, 0);
  handler = arena_slot();
  device_begin();
}

void test_interrupt(void) {
  workers_begin();
  take_timer();
  control();
  EXPECT("the timer's interrupt is given out", GET(DEVICE_IRQ, handler),
         ERR_NONE);
  routing_errors();
  EXPECT("the interrupt is routed",
         REQUEST(handler, IRQ_SET_NOTIFICATION,
                 CAPS(memory_mint(event, RIGHT_WRITE, BADGE))),
         ERR_NONE);
  delivery();
  clearing();
  preemption();
  arena_delete(handler);
}

/*
 * The last group. Its sleep is when all of memory can be looked at; what ends
 * it is an edge, which the device does not repeat if it gets lost.
 */
void test_rest(void) {
  word_t word = 0;
  EXPECT("all memory of the groups before is free",
         REQUEST(arena_untyped(), UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_UNTYPED, ARENA_BITS, 0, 0, arena_slot(), 1)),
         ERR_NONE);
  arena_clear();
  take_timer();
  device_quiet();
  EXPECT("the timer's interrupt is given out as an edge",
         GET_EDGE(DEVICE_IRQ, handler), ERR_NONE);
  seL4_IRQHandler_SetNotification(handler,
                                  memory_mint(event, RIGHT_WRITE, BADGE));
  arm_for(REST_US);
  seL4_Wait(event, &word);
  CHECK(word == BADGE, "after all that the system sleeps and wakes");
  device_quiet();
  arena_delete(handler);
}
