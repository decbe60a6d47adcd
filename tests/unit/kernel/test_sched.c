/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/sched.c: who runs, and in which order. */
#include "kernel/sched.h"

#include "harness/check.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/notification.h"
#include "kernel/sequence.h"

#define NTFN SLOT_FREE

/* Threads in slots SLOT_THREADS + 0, 1, 2, ... */
static struct tcb *thread[4];

static void start(void) {
  system_start();
  for (word_t i = 0; i < 4; i++)
    thread[i] = NULL;
}

static struct tcb *spawn(word_t index, word_t priority) {
  thread[index] = system_thread(priority);
  return thread[index];
}

static void yield(void) {
  system_number(SYSCALL_YIELD);
}

static void ticks(word_t count) {
  for (word_t i = 0; i < count; i++)
    system_interrupt(IRQ_TICK);
}

static enum err resume(word_t index) {
  return INVOKE(.to = SLOT_THREADS + index, .label = INVOCATION_TCB_RESUME);
}

static void start_two(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 10));
}

static void the_highest_priority_runs(void) {
  start();
  CHECK(system_wake(spawn(0, 10)) == thread[0], "the only one runs");
  CHECK(system_wake(spawn(1, 9)) == thread[0], "a lower one does not");
  CHECK(system_wake(spawn(2, 255)) == thread[2], "a higher one does at once");
  yield();
  CHECK(sched_current == thread[2], "a yield never lets a lower one run");
  thread_suspend(thread[2]);
  sched_schedule();
  CHECK(sched_current == thread[0], "then the next one down");
}

static void yield_goes_round(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 10));
  CHECK(system_wake(spawn(2, 10)) == thread[0], "an equal one waits");
  yield();
  CHECK(sched_current == thread[1], "the first in line");
  yield();
  CHECK(sched_current == thread[2], "then the second");
  yield();
  CHECK(sched_current == thread[0], "then the first again");
}

static void a_preempted_thread_keeps_its_turn(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 10));
  CHECK(system_wake(spawn(2, 20)) == thread[2], "a higher one preempts");
  thread_suspend(thread[2]);
  sched_schedule();
  CHECK(sched_current == thread[0], "the preempted one is first in line");
}

static void a_slice_is_five_ticks(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 10));
  ticks(4);
  CHECK(sched_current == thread[0], "four ticks are within the slice");
  ticks(1);
  CHECK(sched_current == thread[1], "the fifth ends it");
  ticks(5);
  CHECK(sched_current == thread[0] && thread[0]->slice == TCB_SLICE_TICKS,
        "and the slice is renewed at its end");
}

static void yield_and_blocking_do_not_renew_the_slice(void) {
  start();
  system_wake(spawn(0, 10));
  ticks(3);
  yield();
  CHECK(sched_current == thread[0] && thread[0]->slice == 2, "after a yield");
  CHECK(system_retype(OBJECT_NOTIFICATION, 0, NTFN, 1) == ERR_NONE, "ntfn");
  system_call(SYSCALL_RECV, NTFN);
  CHECK(sched_current == NULL, "all wait");
  ticks(1);
  CHECK(thread[0]->slice == 2, "idle ticks are nobody's");
}

static void a_woken_equal_goes_to_the_tail(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 10));
  (void)spawn(2, 10);
  CHECK(resume(2) == ERR_NONE && sched_current == thread[0],
        "the waker goes on");
  yield();
  CHECK(sched_current == thread[1], "who waited longer is first");
  yield();
  CHECK(sched_current == thread[2], "the woken one comes behind it");
}

static void priority_of_others_is_changed(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 5));
  CHECK(INVOKE(.to = SLOT_THREADS + 1, .label = INVOCATION_TCB_SET_PRIORITY,
               .length = 1, .words = {11}, .cap_count = 1,
               .caps = {SLOT_THREADS}) == ERR_NONE,
        "raised above the caller");
  CHECK(sched_current == thread[1], "it runs at once");
  CHECK(INVOKE(.to = SLOT_THREADS + 1, .label = INVOCATION_TCB_SET_PRIORITY,
               .length = 1, .words = {10}, .cap_count = 1,
               .caps = {SLOT_THREADS}) == ERR_NONE,
        "lowers itself");
  CHECK(sched_current == thread[1], "and goes on among equals");
  system_send(SYSCALL_CALL,
              &(struct message){.to = SLOT_THREADS + 1,
                                .label = INVOCATION_TCB_SET_PRIORITY,
                                .length = 1,
                                .words = {9},
                                .cap_count = 1,
                                .caps = {SLOT_THREADS}});
  CHECK(sched_current == thread[0], "but not below others");
}

static void mcp_bounds_what_may_be_given(void) {
  start();
  system_wake(spawn(0, 10));
  thread[0]->mcp = 20;
  CHECK(INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_PRIORITY,
               .length = 1, .words = {21}, .cap_count = 1,
               .caps = {SLOT_THREADS}) == ERR_RANGE &&
            system_word(sched_current, 1) == 20,
        "above the authority's mcp is refused");
  CHECK(INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_PRIORITY,
               .length = 1, .words = {0x100}, .cap_count = 1,
               .caps = {SLOT_THREADS}) == ERR_RANGE,
        "the whole word is compared");
  CHECK(INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_SCHED_PARAMS,
               .length = 2, .words = {20, 20}, .cap_count = 1,
               .caps = {SLOT_THREADS}) == ERR_NONE &&
            thread[0]->priority == 20,
        "both at once");
  CHECK(INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_MC_PRIORITY,
               .length = 1, .words = {5}, .cap_count = 1,
               .caps = {SLOT_DOMAIN}) == ERR_INVALID_CAPABILITY &&
            system_word(sched_current, 0) == 1,
        "the authority is a thread");
}

static void nothing_to_run_is_idle(void) {
  start();
  system_wake(spawn(0, 10));
  CHECK(system_send(SYSCALL_CALL,
                    &(struct message){.to = SLOT_THREADS,
                                      .label = INVOCATION_TCB_SUSPEND}) ==
            FAKE_END_IDLE,
        "the only thread suspends itself");
  CHECK(sched_current == NULL, "nobody runs");
  system_wake(thread[0]);
  CHECK(sched_current == thread[0], "until somebody is woken");
}

/* Against a plain model: the level's queue as an array. */
static void every_level_is_served_in_order(void) {
  start();
  for (word_t priority = 0; priority <= TCB_PRIORITY_MAX; priority += 51) {
    struct tcb *a;
    struct tcb *b;

    start();
    a = spawn(0, priority);
    b = spawn(1, priority);
    CHECK(system_wake(a) == a && system_wake(b) == a, "first come, first run");
    yield();
    CHECK(sched_current == b, "each level is a queue");
  }
}

static void one_that_waits_already_is_not_queued_twice(void) {
  start();
  system_wake(spawn(0, 10));
  system_wake(spawn(1, 10));
  sched_wake(thread[1]);
  sched_wake(thread[0]);
  sched_schedule();
  yield();
  CHECK(sched_current == thread[1], "it has its turn");
  yield();
  CHECK(sched_current == thread[0], "once");
}

static void a_candidate_may_be_changed_before_it_runs(void) {
  start();
  system_wake(spawn(0, 10));
  spawn(1, 20);
  thread_set_state(thread[1], THREAD_RUNNING);
  sched_wake(thread[1]);
  sched_wake(thread[1]);
  sched_set_priority(thread[1], 5);
  sched_schedule();
  CHECK(sched_current == thread[0], "lowered before the decision, it waits");
  sched_set_priority(thread[1], 30);
  sched_remove(thread[1]);
  sched_schedule();
  CHECK(sched_current == thread[0], "or taken out of it");
  thread_set_state(thread[1], THREAD_INACTIVE);
}

static void a_thread_that_stops_is_not_charged(void) {
  start();
  system_wake(spawn(0, 10));
  thread_set_state(thread[0], THREAD_INACTIVE);
  word_t slice = thread[0]->slice;
  sched_tick();
  CHECK(thread[0]->slice == slice, "who does not run keeps the slice");
  sched_schedule();
  sched_tick();
  CHECK(sched_current == NULL, "and nobody is charged for idling");
}

static void a_candidate_waits_when_all_compete_again(void) {
  start();
  system_wake(spawn(0, 10));
  spawn(1, 10);
  thread_set_state(thread[1], THREAD_RUNNING);
  sched_wake(thread[1]);
  sched_yield_current();
  sched_schedule();
  CHECK(sched_current == thread[1] || sched_current == thread[0],
        "one of two equals runs");
  struct tcb *first = sched_current;
  yield();
  CHECK(sched_current != first, "and then the other");
}

/* Registers of the running thread: it stands at an offset into its slot. */
static void stand_in_sequence(word_t mark, vaddr_t start, word_t offset) {
  sched_current->context.reg[CONTEXT_TPIDRURW] = mark;
  sched_current->context.reg[CONTEXT_PC] = start + offset;
  sched_current->context.reg[CONTEXT_FAULT_IP] = start + offset;
}

/* Where a thread goes on that lost the core there. */
static vaddr_t after_preemption(word_t mark, vaddr_t start, word_t offset) {
  start_two();
  stand_in_sequence(mark, start, offset);
  ticks(TCB_SLICE_TICKS);
  CHECK(sched_current == thread[1], "the other one has the core");
  CHECK(thread[0]->context.reg[CONTEXT_FAULT_IP] ==
            thread[0]->context.reg[CONTEXT_PC],
        "a restart resumes there, too");
  return thread[0]->context.reg[CONTEXT_PC];
}

static void a_sequence_begins_anew_when_another_thread_runs(void) {
  const vaddr_t slot = SEQUENCES_START + 2 * SEQUENCE_BYTES;
  for (word_t at = 0; at < SEQUENCE_BYTES; at += 4)
    CHECK(after_preemption(COUNTED_MARK, slot, at) ==
              (at <= SEQUENCE_STORE ? slot : slot + at),
          "up to its store, and not behind it");
  const vaddr_t last = SEQUENCES_END - SEQUENCE_BYTES;
  CHECK(after_preemption(COUNTED_MARK, last, 8) == last, "the last slot, too");
  CHECK(after_preemption(COUNTED_MARK, SEQUENCES_END, 8) == SEQUENCES_END + 8 &&
            after_preemption(COUNTED_MARK, SEQUENCES_START - 64, 8) ==
                SEQUENCES_START - 56,
        "outside of the window nothing does");
  CHECK(after_preemption(COUNTED_MARK + 1, slot, 8) == slot + 8 &&
            after_preemption(0, slot, 8) == slot + 8,
        "nor does a thread that does not count");
}

static void who_keeps_the_core_goes_on_in_its_sequence(void) {
  start();
  system_wake(spawn(0, 10));
  stand_in_sequence(COUNTED_MARK, SEQUENCES_START, 8);
  ticks(2 * TCB_SLICE_TICKS);
  CHECK(thread[0]->context.reg[CONTEXT_PC] == SEQUENCES_START + 8,
        "an interrupt alone changes nothing");
}

static void a_fault_in_a_sequence_lets_it_begin_anew(void) {
  start_two();
  stand_in_sequence(COUNTED_MARK, SEQUENCES_START, 4);
  system_vm_fault(0x1000, 5);
  CHECK(sched_current == thread[1] &&
            thread[0]->context.reg[CONTEXT_FAULT_IP] == SEQUENCES_START,
        "when it runs again");
}

int main(void) {
  the_highest_priority_runs();
  yield_goes_round();
  a_preempted_thread_keeps_its_turn();
  a_slice_is_five_ticks();
  yield_and_blocking_do_not_renew_the_slice();
  a_woken_equal_goes_to_the_tail();
  priority_of_others_is_changed();
  mcp_bounds_what_may_be_given();
  nothing_to_run_is_idle();
  every_level_is_served_in_order();
  one_that_waits_already_is_not_queued_twice();
  a_candidate_may_be_changed_before_it_runs();
  a_thread_that_stops_is_not_charged();
  a_candidate_waits_when_all_compete_again();
  a_sequence_begins_anew_when_another_thread_runs();
  who_keeps_the_core_goes_on_in_its_sequence();
  a_fault_in_a_sequence_lets_it_begin_anew();
  return check_report("sched");
}
