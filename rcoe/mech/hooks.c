/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's hooks, bound to replica control. Device hooks, system calls of
 * the shim and the ordered end are bound in shim/mech.
 */
#include "kernel/hooks.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/fpu.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "rcoe/agreed.h"
#include "rcoe/arrive.h"
#include "rcoe/calm.h"
#include "rcoe/drifts.h"
#include "rcoe/fresh.h"
#include "rcoe/interrupts.h"
#include "rcoe/meet.h"
#include "rcoe/points.h"
#include "rcoe/rejoin.h"
#include "rcoe/replica.h"
#include "rcoe/track.h"
#include "rcoe/upkeep.h"
#include "rcoe/verdict.h"

#define EVENT_PREEMPTION_POINT 4u /* beside enum kernel_entry */
#define PATIENCE_FACTOR 64u       /* deadlines until a lonely dispute ends */

void hook_boot(const struct boot_handover *handover) {
  const struct boot_config *config = &handover->config;
  replica_init(handover);
  agreed_init(handover);
  event_init((volatile uint8_t *)arch_shared_block(handover->replica) +
                 SHARED_EVENTS_OFFSET,
             handover->replica);
  event_write(EVENT_BOOT,
              (word_t[4]){config->replicas, config->voting, config->ram_size,
                          config->stride},
              NULL);
}

enum kernel_entry hook_rejoin(const struct boot_handover *handover) {
  rejoin_start(handover);
  return (enum kernel_entry)replica.kind;
}

bool hook_access_denied(vaddr_t address, word_t status) {
  return track_denied(address, status);
}

void hook_user_write(paddr_t paddr) {
  track_written(paddr);
}

void hook_memory_used(paddr_t start, paddr_t end) {
  fresh_used(start, end);
  track_used(start, end);
}

void hook_imprecise_gone(void) {
  upkeep_precise();
}

void hook_boot_done(void) {
  event_write(EVENT_READY, (word_t[4]){replica.cycle.live}, NULL);
  meet(MEET_EVENT);
  meet_aligned();
  replica.limits.deadline =
      (uint64_t)replica.config.deadline_us * ARCH_TIME_PER_US;
  replica.limits.ask = replica.limits.deadline / 2;
  replica.limits.patience = PATIENCE_FACTOR * replica.limits.deadline;
  interrupts_start();
  points_start();
}

/* The live registers are those of the current thread, if it may use them. */
static OUT_OF_LINE void fold_rest(struct signature *sum,
                                  const struct context *context) {
  const struct fpu_context *fpu = &sched_current->fpu;
  fpu_save();
  signature_fold_words(sum, &context->reg[CONTEXT_R7 + 1],
                       CONTEXT_FAULT_IP - (CONTEXT_R7 + 1));
  signature_fold_words(sum, fpu->d, FPU_WORDS);
  signature_fold(sum, fpu->fpscr);
}

/* The entry as all live replicas take it. */
static void enter(enum kernel_entry kind, word_t detail,
                  const struct context *context) {
  arrive_fold(&replica, context, calm_entry_word(kind, detail, sched_current),
              1);
  replica.kind = kind;
  if (replica.config.hash == HASH_CONTEXT)
    fold_rest(&replica.signature, context);
  if (!replica.drifts || drift_entered()) {
    meet(MEET_EVENT);
    meet_aligned();
  }
  if (sched_current->imprecise)
    upkeep_precise();
  if (upkeep_due && !replica.drifts)
    upkeep_step(kind == KERNEL_ENTRY_SYSCALL ? UPKEEP_SYSCALL : UPKEEP_FAULT);
}

void hook_kernel_entry(enum kernel_entry kind, word_t detail,
                       const struct context *context) {
  if (replica.joining)
    rejoin_meet(); /* where the others are in attempt_step */
  else if (kind != KERNEL_ENTRY_INTERRUPT)
    enter(kind, detail, context); /* that was met when it was agreed */
}

void hook_kernel_exit(const struct context *context, paddr_t thread,
                      bool precise) {
  if (replica.calm == CALM_NOT)
    calm_look();
  if (!(replica.config.voting & VOTING_EXIT))
    return;
  if (replica.calm >= CALM_MEETS && precise) {
    calm_leave(context, thread);
    return;
  }
  if (precise)
    arrive_fold(&replica, context, thread, 0);
  else
    replica_fold(thread);
  meet(MEET_PLAIN);
}

enum interrupt_verdict hook_interrupt_taken(enum interrupted from) {
  enum interrupt_verdict verdict = interrupts_taken(from);
  calm_look();
  return verdict;
}

word_t hook_interrupt_next(void) {
  if (replica.calm != CALM_NOT)
    return IRQ_NONE; /* or it would not be calm */
  return interrupts_next();
}

void hook_idle(void) {
  arch_wait_for_interrupt();
}

bool hook_preemption_point(void) {
  replica.calm = CALM_NOT; /* perhaps an interrupt is taken */
  interrupts_poll();
  meet_new_event(EVENT_PREEMPTION_POINT, 0);
  meet(MEET_EVENT);
  return interrupts_agreed();
}

void hook_object_update(enum object_update what, word_t a, word_t b) {
  replica_fold_pair((word_t)what << 28 ^ a, b);
  if (what == UPDATE_PAGE_TABLE)
    track_mapped(a, b);
  points_look(what, a);
}

void hook_fastpath_served(word_t number, paddr_t thread, word_t info) {
  (void)info; /* folded with the thread's registers, at the exit or when it
                 enters next */
  points_served(number, thread);
}

uint64_t hook_event_time(uint64_t *signature) {
  *signature = (uint64_t)replica.signature.hi << 32 | replica.signature.lo;
  return replica.time;
}

NORETURN void hook_panic(enum panic why) {
  verdict_failed(why == PANIC_ASSERTION ? DETECTOR_ASSERTION
                                        : DETECTOR_EXCEPTION);
}
