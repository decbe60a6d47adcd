/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: signals add up, waiters queue, and bound threads. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

static word_t poll(cptr_t event) {
  word_t word = ~0u;
  seL4_Poll(event, &word);
  return word;
}

static void signalling(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t one = memory_mint(event, RIGHT_WRITE, 0x11);
  cptr_t two = memory_mint(event, RIGHT_WRITE, 0x24);
  CHECK(poll(event) == 0, "an idle notification polls 0");
  seL4_Signal(one);
  seL4_Signal(two);
  seL4_Signal(one);
  CHECK(poll(event) == 0x35, "the badges of signals are ORed");
  CHECK(poll(event) == 0, "a poll takes them away");
  seL4_NBSend(two, seL4_MessageInfo_new(0, 0, 0, 0));
  word_t word = 0;
  seL4_Wait(event, &word);
  CHECK(word == 0x24, "NBSend signals, Wait takes");
  CHECK(seL4_Call(one, seL4_MessageInfo_new(1, 0, 0, 0)).words[0] == 0 &&
            poll(event) == 0x11,
        "Call signals and answers 0");
}

static void rights(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t reader = memory_mint(event, RIGHT_READ, 0);
  EXPECT("signalling needs Write", REQUEST(reader, INVALID),
         ERR_INVALID_CAPABILITY, WORDS(0));
  seL4_Signal(reader);
  CHECK(poll(event) == 0, "a Send without Write signals nothing");
}

static word_t waits(word_t event) {
  word_t word = 0;
  seL4_Wait(event, &word);
  return word;
}

static void waiting(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  for (word_t i = 0; i < 3; i++) {
    worker_start(i, waits, event);
    worker_priority(i, 10 + i);
    workers_settle();
  }
  for (word_t i = 0; i < 3; i++) {
    seL4_Signal(memory_mint(event, RIGHT_WRITE, 0x40 + i));
    CHECK(worker_result(i) == 0x40 + i,
          "the first waiter wakes, whatever the priorities");
  }
  worker_run(0, waits, memory_mint(event, RIGHT_WRITE, 0));
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_CAP && fault.mr[2] == 1,
        "waiting needs Read, else it is a cap fault in receiving");
}

static void destroying(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  worker_start(3, waits, event);
  workers_settle();
  arena_delete(event);
  struct worker_event fault = worker_wait();
  CHECK(fault.worker == 3 && fault.label == FAULT_CAP && fault.mr[1] == event &&
            fault.mr[2] == 1,
        "who waits on a notification that is destroyed faults");
}

/* ---- bound notifications ------------------------------------------------- */

#define BIND(tcb, event) REQUEST(tcb, TCB_BIND_NOTIFICATION, CAPS(event))

static void binding(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t other = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  cptr_t second = arena_make(OBJECT_TCB, 0);
  EXPECT("what is not bound can not be unbound",
         REQUEST(tcb, TCB_UNBIND_NOTIFICATION), ERR_ILLEGAL_OPERATION);
  EXPECT("binding needs a cap", REQUEST(tcb, TCB_BIND_NOTIFICATION),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("only notifications can be bound", BIND(tcb, second),
         ERR_ILLEGAL_OPERATION);
  EXPECT("binding needs Read", BIND(tcb, memory_mint(event, RIGHT_WRITE, 0)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("a notification can be bound", BIND(tcb, event), ERR_NONE);
  EXPECT("a thread has one bound notification", BIND(tcb, other),
         ERR_ILLEGAL_OPERATION);
  EXPECT("a notification has one bound thread", BIND(second, event),
         ERR_ILLEGAL_OPERATION);
  EXPECT("it can be unbound", REQUEST(tcb, TCB_UNBIND_NOTIFICATION), ERR_NONE);
  EXPECT("and bound to another thread", BIND(second, event), ERR_NONE);
  arena_delete(second);
  EXPECT("a destroyed thread is unbound", BIND(tcb, event), ERR_NONE);
}

/* @return Badge of what came. */
static word_t receives(word_t endpoint) {
  word_t badge = 0;
  seL4_Recv(endpoint, &badge);
  return badge;
}

static void bound(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t badged = memory_mint(event, RIGHT_WRITE, 0x99);
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  worker_make(4);
  BIND(worker_tcb(4), event);
  worker_run(4, receives, endpoint);
  workers_settle();
  seL4_Signal(badged);
  CHECK(worker_result(4) == 0x99,
        "a signal wakes the bound thread that receives on an endpoint");
  CHECK(poll(endpoint) == 0, "and leaves nobody in the endpoint's queue");
  seL4_Signal(badged);
  worker_run(4, receives, endpoint);
  CHECK(worker_result(4) == 0x99,
        "a signal that waits is taken before any message");
  worker_run(4, waits, event);
  workers_settle();
  seL4_Signal(badged);
  CHECK(worker_result(4) == 0x99, "the bound thread itself can wait on it");
  worker_start(5, waits, event);
  struct worker_event fault = worker_wait();
  CHECK(fault.worker == 5 && fault.label == FAULT_CAP && fault.mr[2] == 1,
        "another thread can not wait on a bound notification");
}

void test_notification(void) {
  workers_begin();
  signalling();
  rights();
  waiting();
  destroying();
  binding();
  bound();
}
