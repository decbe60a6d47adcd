/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/notification.c: signals, waiters, bound threads. */
#include "kernel/notification.h"

#include "harness/check.h"
#include "harness/system.h"

#define NTFN SLOT_FREE
#define BIT0 (SLOT_FREE + 1) /* badge 1 */
#define BIT1 (SLOT_FREE + 2) /* badge 2 */
#define EP (SLOT_FREE + 3)

static struct tcb *waiter; /* SLOT_THREADS + 0, higher */
static struct tcb *sender; /* SLOT_THREADS + 1 */

static void start(void) {
  system_start();
  waiter = system_thread(100);
  sender = system_thread(50);
  system_wake(waiter);
  CHECK(system_retype(OBJECT_NOTIFICATION, 0, NTFN, 1) == ERR_NONE &&
            system_mint(BIT0, NTFN, 1) == ERR_NONE &&
            system_mint(BIT1, NTFN, 2) == ERR_NONE &&
            system_retype(OBJECT_ENDPOINT, 0, EP, 1) == ERR_NONE,
        "objects");
  system_wake(sender);
}

static enum err bind(cptr_t notification) {
  return INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_BIND_NOTIFICATION,
                .cap_count = 1, .caps = {notification});
}

static void signal(cptr_t cap) {
  system_send(SYSCALL_SEND,
              &(struct message){.to = cap, .length = 4, .words = {9, 9, 9, 9}});
}

static void signals_are_gathered(void) {
  word_t info;

  start();
  info = system_info(waiter);
  signal(BIT0);
  signal(BIT1);
  info = system_info(waiter);
  system_call(SYSCALL_RECV, NTFN);
  CHECK(sched_current == waiter && system_badge(waiter) == 3,
        "a wait takes all signals at once");
  CHECK(system_info(waiter) == info, "and touches nothing but r0");
  system_call(SYSCALL_NB_RECV, NTFN);
  CHECK(system_badge(waiter) == 0, "then there are none");
}

static void a_waiter_is_woken_by_the_first_signal(void) {
  start();
  system_call(SYSCALL_RECV, NTFN);
  CHECK(sched_current == sender, "the waiter waits");
  signal(BIT1);
  CHECK(sched_current == waiter && system_badge(waiter) == 2, "until then");
  system_call(SYSCALL_NB_RECV, NTFN);
  CHECK(system_badge(waiter) == 0, "the signal is used up");
}

static void waiters_queue_in_order(void) {
  struct tcb *third;

  start();
  third = system_thread(120);
  system_call(SYSCALL_RECV, NTFN);
  system_wake(third);
  system_call(SYSCALL_RECV, NTFN);
  CHECK(sched_current == sender, "two wait");
  signal(BIT0);
  CHECK(sched_current == waiter && third->state != THREAD_RUNNING,
        "who came first is woken first");
}

static void a_call_on_a_notification_returns_at_once(void) {
  start();
  CHECK(INVOKE(.to = BIT0) == ERR_NONE && system_badge(waiter) == 0 &&
            system_info(waiter) == 0,
        "with r0 = r1 = 0");
}

static void a_bound_thread_is_woken_from_an_endpoint(void) {
  start();
  CHECK(bind(NTFN) == ERR_NONE, "bind");
  system_call(SYSCALL_RECV, EP);
  CHECK(sched_current == sender, "the bound thread waits for messages");
  signal(BIT1);
  CHECK(sched_current == waiter && system_badge(waiter) == 2,
        "a signal wakes it");
  signal(BIT0);
  system_call(SYSCALL_RECV, EP);
  CHECK(sched_current == waiter && system_badge(waiter) == 1,
        "a signal that waits is taken before any message");
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_SEND, &(struct message){.to = EP, .label = 6});
  CHECK(sched_current == waiter && MESSAGE_LABEL(system_info(waiter)) == 6,
        "and messages arrive as before");
}

static void binding_has_preconditions(void) {
  start();
  CHECK(bind(EP) == ERR_ILLEGAL_OPERATION, "an endpoint can not be bound");
  CHECK(
      INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_UNBIND_NOTIFICATION) ==
          ERR_ILLEGAL_OPERATION,
      "nothing is bound yet");
  CHECK(bind(NTFN) == ERR_NONE, "bind");
  CHECK(bind(NTFN) == ERR_ILLEGAL_OPERATION, "once only");
  CHECK(INVOKE(.to = SLOT_THREADS + 1,
               .label = INVOCATION_TCB_BIND_NOTIFICATION, .cap_count = 1,
               .caps = {NTFN}) == ERR_ILLEGAL_OPERATION,
        "to one thread only");
  CHECK(INVOKE(.to = SLOT_THREADS,
               .label = INVOCATION_TCB_UNBIND_NOTIFICATION) == ERR_NONE,
        "unbind");
  CHECK(bind(NTFN) == ERR_NONE, "and bind again");
}

static void others_can_not_wait_on_a_bound_one(void) {
  start();
  CHECK(bind(NTFN) == ERR_NONE, "bind");
  thread_suspend(waiter);
  sched_schedule();
  system_call(SYSCALL_RECV, NTFN);
  CHECK(sender->state == THREAD_INACTIVE, "it is a fault");
}

static void deletion_frees_everybody(void) {
  start();
  system_call(SYSCALL_RECV, NTFN);
  CHECK(system_revoke(NTFN) == ERR_NONE, "the badges go");
  system_send(SYSCALL_CALL, &(struct message){.to = SLOT_CNODE,
                                              .label = INVOCATION_CNODE_DELETE,
                                              .length = 2,
                                              .words = {NTFN, 32}});
  CHECK(sched_current == waiter && waiter->context.reg[CONTEXT_PC] ==
                                       waiter->context.reg[CONTEXT_FAULT_IP],
        "who waited executes its call again");
  start();
  CHECK(bind(NTFN) == ERR_NONE, "bind");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "all goes");
  CHECK(waiter->bound_notification == 0, "and nothing stays bound");
}

static void a_thread_that_dies_is_unbound(void) {
  struct cap cap;

  start();
  CHECK(bind(NTFN) == ERR_NONE, "bind");
  cap = system_cap(NTFN);
  system_send(SYSCALL_CALL, &(struct message){.to = SLOT_CNODE,
                                              .label = INVOCATION_CNODE_DELETE,
                                              .length = 2,
                                              .words = {SLOT_THREADS, 32}});
  CHECK(sched_current == sender, "the bound thread is gone");
  CHECK(notification_at(cap_object_paddr(&cap))->bound == 0, "and unbound");
}

int main(void) {
  signals_are_gathered();
  a_waiter_is_woken_by_the_first_signal();
  waiters_queue_in_order();
  a_call_on_a_notification_returns_at_once();
  a_bound_thread_is_woken_from_an_endpoint();
  binding_has_preconditions();
  others_can_not_wait_on_a_bound_one();
  deletion_frees_everybody();
  a_thread_that_dies_is_unbound();
  return check_report("notification");
}
