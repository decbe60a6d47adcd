/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/fault.c: faults as messages, replies to them, double faults. */
#include "kernel/fault.h"

#include "abi/event.h"
#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/syscall.h"

#define EP SLOT_FREE
#define HANDLER (SLOT_FREE + 1) /* badge 9 */
#define STATUS 0x807u

static struct tcb *handler;
static struct tcb *victim;

/* The handler waits; the victim, of lower priority, runs. */
static void start(void) {
  system_start();
  handler = system_thread(100);
  victim = system_thread(50);
  system_wake(handler);
  CHECK(system_retype(OBJECT_ENDPOINT, 0, EP, 1) == ERR_NONE &&
            system_mint(HANDLER, EP, 9) == ERR_NONE,
        "an endpoint for faults");
  victim->fault_handler = HANDLER;
  for (word_t i = 0; i < CONTEXT_PC; i++)
    victim->context.reg[i] = 100 + i;
  system_wake(victim);
  system_call(SYSCALL_RECV, EP);
  CHECK(sched_current == victim, "the victim runs");
}

static void reply(word_t label, word_t length, word_t first) {
  system_send(SYSCALL_REPLY_RECV, &(struct message){.to = EP,
                                                    .label = label,
                                                    .length = length,
                                                    .words = {first}});
}

static bool received(word_t label, word_t length) {
  return sched_current == handler &&
         system_info(handler) == MESSAGE_INFO(label, 0, 0, length) &&
         system_badge(handler) == 9;
}

static void a_vm_fault_is_told_and_answered(void) {
  word_t ip;

  start();
  ip = victim->context.reg[CONTEXT_PC];
  system_vm_fault(0xdead0000u, 0xffff0000u | STATUS);
  CHECK(received(FAULT_VM, 4), "label, length and badge");
  CHECK(system_word(handler, 0) == ip, "where");
  CHECK(system_word(handler, 1) == 0xdead0000u, "what address");
  CHECK(system_word(handler, 2) == 0, "not a fetch");
  CHECK(system_word(handler, 3) == STATUS, "14 bits of status");
  CHECK(fake_hooks.entry_kind == KERNEL_ENTRY_FAULT &&
            fake_hooks.entry_detail == FAULT_VM,
        "the hook knows");
  reply(77, 4, 0x1234);
  CHECK(sched_current == victim && victim->context.reg[CONTEXT_PC] == ip,
        "after any reply it executes the instruction again");
}

static void an_access_that_is_done_for_it_is_no_fault(void) {
  start();
  word_t ip = victim->context.reg[CONTEXT_PC];
  fake_hooks.serve_access = true;
  system_vm_fault(0xdead0000u, STATUS);
  CHECK(sched_current == victim && victim->fault.kind == FAULT_NONE &&
            victim->context.reg[CONTEXT_PC] == ip + 4,
        "it goes on behind the instruction");
  CHECK(fake_hooks.entry_kind == KERNEL_ENTRY_FAULT, "the entry is told");
}

static void a_missing_capability_is_a_fault(void) {
  word_t ip;

  start();
  ip = victim->context.reg[CONTEXT_PC];
  system_send(SYSCALL_SEND, &(struct message){.to = 0x100});
  CHECK(received(FAULT_CAP, 7), "a cap fault with all words of a guard");
  CHECK(system_word(handler, 0) == ip && system_word(handler, 1) == 0x100 &&
            system_word(handler, 2) == 0,
        "where, which, while sending");
  CHECK(system_word(handler, 3) == LOOKUP_GUARD_MISMATCH &&
            system_word(handler, 4) == 32 && system_word(handler, 5) == 0 &&
            system_word(handler, 6) == 24,
        "and why");
}

static void receiving_from_nothing_is_a_fault(void) {
  start();
  system_call(SYSCALL_RECV, SLOT_DOMAIN);
  CHECK(received(FAULT_CAP, 5), "a cap fault");
  CHECK(system_word(handler, 2) == 1, "while receiving");
  CHECK(system_word(handler, 3) == LOOKUP_MISSING_CAPABILITY &&
            system_word(handler, 4) == 0,
        "because there is nothing to receive from");
}

static void a_non_blocking_send_never_faults(void) {
  start();
  system_send(SYSCALL_NB_SEND, &(struct message){.to = 0x100});
  CHECK(sched_current == victim && victim->state == THREAD_RUNNING,
        "it silently does nothing");
}

static void an_unknown_syscall_shows_all_registers(void) {
  word_t ip;

  start();
  ip = victim->context.reg[CONTEXT_PC];
  system_number(-99);
  CHECK(received(FAULT_UNKNOWN_SYSCALL, 13), "13 words");
  for (word_t i = 0; i < 7; i++)
    CHECK(system_word(handler, i) == 100 + i, "r0 to r6");
  CHECK(system_word(handler, 8) == ip, "the call's address");
  CHECK(system_word(handler, 9) == 100 + CONTEXT_SP &&
            system_word(handler, 10) == 100 + CONTEXT_LR,
        "sp and lr");
  CHECK(system_word(handler, 12) == (word_t)-99, "and the number");
}

static void a_handler_may_emulate_a_syscall(void) {
  struct message answer = {.to = EP, .length = 12};
  word_t ip;

  start();
  ip = victim->context.reg[CONTEXT_PC];
  system_number(-99);
  answer.words[0] = 4711;
  answer.words[8] = ip + 4;
  answer.words[11] = 0xf00000ffu;
  system_send(SYSCALL_REPLY_RECV, &answer);
  CHECK(sched_current == victim, "it goes on");
  CHECK(victim->context.reg[CONTEXT_R0] == 4711, "with the result");
  CHECK(victim->context.reg[CONTEXT_PC] == ip + 4, "behind the call");
  CHECK(victim->context.reg[CONTEXT_CPSR] == (0xf0000000u | FAKE_CPSR_USER),
        "and nothing but flags from the handler");
}

static void a_handler_may_stop_the_thread(void) {
  start();
  system_number(-99);
  reply(1, 0, 0);
  CHECK(victim->state == THREAD_INACTIVE, "a label that is not 0 does");
  CHECK(sched_current == NULL, "nobody runs");
}

static void a_user_exception_has_five_words(void) {
  word_t ip;

  start();
  ip = victim->context.reg[CONTEXT_PC];
  victim->context.reg[CONTEXT_FAULT_IP] = ip;
  fake_hooks_enter(kernel_user_exception);
  CHECK(received(FAULT_USER_EXCEPTION, 5), "five words");
  CHECK(system_word(handler, 0) == ip && system_word(handler, 3) == 0 &&
            system_word(handler, 4) == 0,
        "address, number, code");
  reply(0, 1, ip + 4);
  CHECK(sched_current == victim && victim->context.reg[CONTEXT_PC] == ip + 4,
        "the handler skips the instruction");
}

static void without_handler_the_thread_stops(void) {
  struct event_record *ring =
      (struct event_record *)((uint8_t *)arch_shared_block(0) +
                              SHARED_EVENTS_OFFSET);

  start();
  event_init(ring, 0);
  victim->fault_handler = 0;
  system_vm_fault(0x1000, STATUS);
  CHECK(victim->state == THREAD_INACTIVE, "it is inactive");
  CHECK(sched_current == NULL, "nobody runs");
  CHECK(ring[0].kind == EVENT_DOUBLE_FAULT && ring[0].args[1] == FAULT_VM &&
            ring[0].args[3] == 0x1000,
        "and a record says so");
  event_init(NULL, 0);
}

static void a_handler_needs_rights(void) {
  start();
  CHECK(system_copy(HANDLER + 1, EP, RIGHT_WRITE) == ERR_NONE, "no grant");
  victim->fault_handler = HANDLER + 1;
  system_vm_fault(0x1000, STATUS);
  CHECK(victim->state == THREAD_INACTIVE, "Grant or GrantReply is needed");
  CHECK(handler->state == THREAD_BLOCKED_ON_RECEIVE, "nothing is told");
}

static void resuming_discards_a_pending_fault(void) {
  start();
  thread_suspend(handler);
  system_vm_fault(0x1000, STATUS);
  CHECK(victim->state == THREAD_BLOCKED_ON_SEND, "nobody listens");
  thread_resume(victim);
  CHECK(victim->fault.kind == FAULT_NONE, "the fault is forgotten");
}

static void the_handlers_capability_must_still_be_there(void) {
  start();
  victim->fault_handler = 0xffffff00u;
  system_vm_fault(0xdead0000u, STATUS);
  CHECK(victim->state == THREAD_INACTIVE, "a pointer that leads nowhere");
  start();
  victim->fault_handler = SLOT_CNODE;
  system_vm_fault(0xdead0000u, STATUS);
  CHECK(victim->state == THREAD_INACTIVE, "or to something else");
  start();
  CHECK(sched_current == victim &&
            system_copy(HANDLER + 1, EP, RIGHT_READ | RIGHT_GRANT) == ERR_NONE,
        "a capability that can not send");
  victim->fault_handler = HANDLER + 1;
  system_vm_fault(0xdead0000u, STATUS);
  CHECK(victim->state == THREAD_INACTIVE, "is none for faults");
}

static void a_handler_without_buffer_gets_four_words(void) {
  start();
  slot_clear(&handler->slots[TCB_SLOT_BUFFER]);
  victim->context.reg[CONTEXT_R7] = 1234;
  system_number(-1000);
  CHECK(received(FAULT_UNKNOWN_SYSCALL, 4), "of thirteen");
}

int main(void) {
  a_vm_fault_is_told_and_answered();
  an_access_that_is_done_for_it_is_no_fault();
  a_missing_capability_is_a_fault();
  receiving_from_nothing_is_a_fault();
  a_non_blocking_send_never_faults();
  an_unknown_syscall_shows_all_registers();
  a_handler_may_emulate_a_syscall();
  a_handler_may_stop_the_thread();
  a_user_exception_has_five_words();
  without_handler_the_thread_stops();
  a_handler_needs_rights();
  resuming_discards_a_pending_fault();
  the_handlers_capability_must_still_be_there();
  a_handler_without_buffer_gets_four_words();
  return check_report("fault");
}
