/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/irq.c: lines, handlers, delivery. */
#include "kernel/irq.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"

#define NTFN SLOT_FREE
#define SIGNAL (SLOT_FREE + 1) /* badge 4 */
#define HANDLER (SLOT_FREE + 2)
#define LINE 59u

static void start(void) {
  system_start();
  system_wake(system_thread(100));
  CHECK(system_retype(OBJECT_NOTIFICATION, 0, NTFN, 1) == ERR_NONE &&
            system_mint(SIGNAL, NTFN, 4) == ERR_NONE,
        "a notification");
}

static enum err issue(word_t irq, word_t slot) {
  return INVOKE(.to = SLOT_IRQ_CONTROL, .label = INVOCATION_IRQ_ISSUE_HANDLER,
                .length = 3, .words = {irq, slot, 32}, .cap_count = 1,
                .caps = {SLOT_CNODE});
}

static enum err handler(word_t label, word_t caps, cptr_t cap) {
  return INVOKE(.to = HANDLER, .label = label, .cap_count = caps,
                .caps = {cap});
}

static void lines_are_issued_once(void) {
  start();
  CHECK(issue(160, HANDLER) == ERR_RANGE &&
            system_word(sched_current, 1) == 159,
        "there are 160 lines");
  CHECK(issue(IRQ_TICK, HANDLER) == ERR_REVOKE_FIRST, "the tick is taken");
  CHECK(issue(16, HANDLER) == ERR_REVOKE_FIRST, "so are the core's own lines");
  CHECK(issue(LINE, SLOT_CNODE) == ERR_DELETE_FIRST, "the slot must be empty");
  CHECK(!irq_is_unmasked(LINE), "nothing happened yet");
  CHECK(issue(LINE, HANDLER) == ERR_NONE, "issue");
  CHECK(irq_is_unmasked(LINE) && fake_arch.last_unmasked == LINE,
        "the line is open at once");
  CHECK(issue(LINE, HANDLER + 1) == ERR_REVOKE_FIRST, "not twice");
  CHECK(system_revoke(SLOT_IRQ_CONTROL) == ERR_NONE &&
            slot_is_empty(system_slot(HANDLER)),
        "control takes it back");
  CHECK(!irq_is_unmasked(LINE) && fake_arch.last_masked == LINE,
        "the line is closed");
  CHECK(issue(LINE, HANDLER) == ERR_NONE, "and can be issued again");
}

static void triggers_are_set(void) {
  start();
  CHECK(INVOKE(.to = SLOT_IRQ_CONTROL,
               .label = INVOCATION_IRQ_ISSUE_HANDLER_TRIGGER, .length = 4,
               .words = {LINE, 1, HANDLER, 32}, .cap_count = 1,
               .caps = {SLOT_CNODE}) == ERR_NONE &&
            fake_arch.edge_lines == 1,
        "edge");
}

#define SGI 5u

static enum err issue_sgi(word_t sgi, word_t target, word_t slot) {
  return INVOKE(.to = SLOT_IRQ_CONTROL,
                .label = INVOCATION_IRQ_ISSUE_SGI_SIGNAL, .length = 4,
                .words = {sgi, target, slot, 32}, .cap_count = 1,
                .caps = {SLOT_CNODE});
}

static void software_interrupts_stay_in_the_kernel(void) {
  start();
  fake_arch.last_unmasked = LINE;
  fake_arch.last_masked = LINE;
  CHECK(issue_sgi(16, 0, HANDLER + 1) == ERR_RANGE &&
            system_word(sched_current, 1) == 15,
        "there are 16 lines");
  CHECK(issue_sgi(SGI, 8, HANDLER + 1) == ERR_INVALID_ARGUMENT, "8 targets");
  CHECK(issue_sgi(SGI, 0, HANDLER + 1) == ERR_NONE &&
            issue(SGI, HANDLER) == ERR_NONE &&
            handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SIGNAL) == ERR_NONE,
        "a signal and its handler");
  CHECK(INVOKE(.to = HANDLER + 1) == ERR_NONE, "it is raised");
  system_call(SYSCALL_NB_RECV, NTFN);
  CHECK(system_badge(sched_current) == 4, "and signals");
  CHECK(INVOKE(.to = HANDLER + 1) == ERR_NONE, "again");
  system_call(SYSCALL_NB_RECV, NTFN);
  CHECK(system_badge(sched_current) == 0, "not before it is acknowledged");
  CHECK(handler(INVOCATION_IRQ_ACK, 0, 0) == ERR_NONE, "now");
  system_call(SYSCALL_NB_RECV, NTFN);
  CHECK(system_badge(sched_current) == 4, "it comes");
  CHECK(system_delete(HANDLER) == ERR_NONE && irq_is_issued(SGI) == false,
        "the handler goes");
  CHECK(fake_arch.last_unmasked == LINE && fake_arch.last_masked == LINE &&
            irq_unmasked[0] == 0,
        "the interrupt controller knows nothing of it");
}

static void an_interrupt_signals_until_acknowledged(void) {
  struct tcb *tcb;

  start();
  tcb = sched_current;
  CHECK(issue(LINE, HANDLER) == ERR_NONE, "issue");
  CHECK(handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SIGNAL) == ERR_NONE, "set");
  CHECK(system_call(SYSCALL_RECV, NTFN) == FAKE_END_IDLE, "all wait");
  CHECK(system_interrupt(LINE) == FAKE_END_USER && sched_current == tcb,
        "the interrupt wakes the driver");
  CHECK(system_badge(tcb) == 4, "with the badge");
  CHECK(!irq_is_unmasked(LINE), "the line is closed");
  CHECK(handler(INVOCATION_IRQ_ACK, 0, 0) == ERR_NONE && irq_is_unmasked(LINE),
        "until it is acknowledged");
}

static void without_notification_nothing_happens(void) {
  start();
  CHECK(issue(LINE, HANDLER) == ERR_NONE, "issue");
  CHECK(system_interrupt(LINE) == FAKE_END_USER && !irq_is_unmasked(LINE),
        "but the line is closed");
  CHECK(system_interrupt(1022) == FAKE_END_USER, "a strange line is ignored");
}

static void the_notification_is_checked_and_kept(void) {
  start();
  CHECK(issue(LINE, HANDLER) == ERR_NONE, "issue");
  CHECK(handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SLOT_DOMAIN) ==
                ERR_INVALID_CAPABILITY &&
            system_word(sched_current, 0) == 0,
        "only a notification");
  CHECK(system_copy(HANDLER + 1, NTFN, RIGHT_READ) == ERR_NONE, "read only");
  CHECK(handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, HANDLER + 1) ==
            ERR_INVALID_CAPABILITY,
        "that may be signalled");
  CHECK(handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SIGNAL) == ERR_NONE &&
            handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, NTFN) == ERR_NONE,
        "it is replaced");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "the notification goes");
  CHECK(system_interrupt(LINE) == FAKE_END_USER, "and nothing is signalled");
}

static void the_last_copy_keeps_the_line(void) {
  start();
  CHECK(issue(LINE, HANDLER) == ERR_NONE &&
            system_copy(HANDLER + 1, HANDLER, RIGHTS_ALL) == ERR_NONE,
        "two capabilities");
  CHECK(handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, NTFN) == ERR_NONE, "set");
  CHECK(system_delete(HANDLER) == ERR_NONE && irq_is_unmasked(LINE),
        "one goes, the line stays");
  CHECK(system_delete(HANDLER + 1) == ERR_NONE && !irq_is_unmasked(LINE),
        "both gone, it is closed");
  CHECK(system_lists_are_sound(), "and its notification is let go");
}

static void the_slot_of_a_line_may_hold_the_last_capability(void) {
  struct tcb *waiter;

  start();
  CHECK(issue(LINE, HANDLER) == ERR_NONE &&
            handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SIGNAL) == ERR_NONE,
        "a handler");
  waiter = system_thread(150);
  system_wake(waiter);
  system_call(SYSCALL_RECV, NTFN);
  CHECK(system_delete(SIGNAL) == ERR_NONE && system_delete(NTFN) == ERR_NONE &&
            waiter->state == THREAD_BLOCKED_ON_NOTIFICATION,
        "the line still signals it");
  system_send(SYSCALL_CALL,
              &(struct message){.to = HANDLER, .label = INVOCATION_IRQ_CLEAR});
  CHECK(sched_current == waiter && waiter->context.reg[CONTEXT_PC] ==
                                       waiter->context.reg[CONTEXT_FAULT_IP],
        "who waits is let go with it");
}

static void interrupts_come_between_and_in_calls(void) {
  struct tcb *tcb;

  start();
  tcb = sched_current;
  CHECK(issue(LINE, HANDLER) == ERR_NONE &&
            handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SIGNAL) == ERR_NONE,
        "a handler");
  fake_hooks_raise(LINE);
  CHECK(system_call(SYSCALL_RECV, NTFN) == FAKE_END_USER &&
            sched_current == tcb && system_badge(tcb) == 4,
        "one that waits is delivered on the way out");
  fake_hooks.verdict = INTERRUPT_NONE;
  word_t exits = fake_hooks.exits;
  fake_hooks_raise(LINE);
  system_interrupt(IRQ_TICK);
  CHECK(fake_hooks.exits == exits, "if the hook says no, nothing happens");
}

static void an_imprecise_thread_is_so_until_its_next_call(void) {
  start();
  CHECK(fake_hooks.exit_precise, "threads are precise");
  fake_hooks.verdict = INTERRUPT_IMPRECISE;
  system_interrupt(IRQ_TICK);
  CHECK(!fake_hooks.exit_precise, "until an interrupt is not");
  system_number(SYSCALL_YIELD);
  CHECK(fake_hooks.exit_precise, "and again from the next call on");
}

static void every_mistake_has_its_error(void) {
  start();
  CHECK(INVOKE(.to = SLOT_IRQ_CONTROL,
               .label = INVOCATION_IRQ_ISSUE_HANDLER_TRIGGER, .length = 4,
               .words = {160, 1, HANDLER, 32}, .cap_count = 1,
               .caps = {SLOT_CNODE}) == ERR_RANGE,
        "a trigger of no line");
  CHECK(issue(LINE, HANDLER) == ERR_NONE, "a handler");
  CHECK(handler(INVOCATION_IRQ_SET_NOTIFICATION, 0, 0) == ERR_TRUNCATED_MESSAGE,
        "no notification given");
  CHECK(handler(INVOCATION_CNODE_COPY, 0, 0) == ERR_ILLEGAL_OPERATION,
        "another label");
  fake_arch.edge_lines = 0;
  CHECK(INVOKE(.to = SLOT_IRQ_CONTROL,
               .label = INVOCATION_IRQ_ISSUE_HANDLER_TRIGGER, .length = 4,
               .words = {SGI, 1, HANDLER + 1, 32}, .cap_count = 1,
               .caps = {SLOT_CNODE}) == ERR_NONE &&
            fake_arch.edge_lines == 0,
        "a line that is in no controller has no trigger");
}

static void signals_at_other_cores_go_nowhere(void) {
  start();
  CHECK(issue(SGI, HANDLER) == ERR_NONE &&
            handler(INVOCATION_IRQ_SET_NOTIFICATION, 1, SIGNAL) == ERR_NONE &&
            issue_sgi(SGI, 1, HANDLER + 1) == ERR_NONE,
        "a signal for target 1");
  CHECK(INVOKE(.to = HANDLER + 1) == ERR_NONE, "is sent");
  CHECK(issue_sgi(SGI + 1, 0, HANDLER + 2) == ERR_NONE &&
            INVOKE(.to = HANDLER + 2) == ERR_NONE &&
            system_delete(HANDLER + 2) == ERR_NONE,
        "and one on a line that nobody has");
  system_call(SYSCALL_NB_RECV, NTFN);
  CHECK(system_badge(sched_current) == 0, "and nothing arrives here");
}

int main(void) {
  lines_are_issued_once();
  triggers_are_set();
  software_interrupts_stay_in_the_kernel();
  an_interrupt_signals_until_acknowledged();
  without_notification_nothing_happens();
  the_notification_is_checked_and_kept();
  the_last_copy_keeps_the_line();
  the_slot_of_a_line_may_hold_the_last_capability();
  interrupts_come_between_and_in_calls();
  an_imprecise_thread_is_so_until_its_next_call();
  every_mistake_has_its_error();
  signals_at_other_cores_go_nowhere();
  return check_report("irq");
}
