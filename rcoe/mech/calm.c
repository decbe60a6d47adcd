/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls while it is calm; rcoe/calm.h explains. */
#include "rcoe/calm.h"

#include "kernel/arch.h"
#include "kernel/fastpath.h"
#include "kernel/hooks.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/tcb.h"
#include "rcoe/arrive.h"
#include "rcoe/meet.h"
#include "rcoe/points.h"
#include "rcoe/upkeep.h"

/* What keeps all from being calm at kernel entries, whether they meet or not.
 */
static bool is_agitated(void) {
  return replica.joining || replica.config.hash != HASH_ARGS ||
         replica.notice.health != HEALTH_GOOD || replica.recovering ||
         replica.holding || !irq_set_empty(&replica.pending) ||
         !irq_set_empty(&replica.deliver);
}

static bool drifts_calmly(void) {
  return replica.goal.action == DRIFT_NONE &&
         !(replica.config.voting & VOTING_EXIT);
}

static enum calm meets_where(void) {
  if (replica.points)
    return CALM_POINTS;
  return replica.config.voting & VOTING_EXIT ? CALM_EXITS : CALM_MEETS;
}

void calm_look(void) {
  replica.calm = CALM_NOT;
  if (is_agitated())
    return;
  if (replica.drifts) {
    replica.calm = drifts_calmly() ? CALM_DRIFTS : CALM_NOT;
    return;
  }
  if (upkeep_due || replica.stop.round > replica.settled)
    return;
  replica.calm = meets_where();
  replica.kind = KERNEL_ENTRY_SYSCALL; /* it will be */
  replica.rest = (struct arrival_rest){
      .proposal = PROPOSAL_NONE,
      .round = replica.settled,
      .aside = KERNEL_ENTRY_SYSCALL << ARRIVAL_KIND_SHIFT,
  };
  meet_list_peers();
}

static inline word_t entry_word_of(const struct tcb *tcb) {
  return calm_entry_word(KERNEL_ENTRY_SYSCALL, tcb->context.reg[CONTEXT_R7],
                         tcb);
}

/* Behind the fast path. @param number  Of the system call. */
static OUT_OF_LINE void leave(word_t number, const struct tcb *to) {
  paddr_t thread = arch_paddr(to);
  if (replica.calm == CALM_EXITS) {
    calm_leave(&to->context, thread);
    return;
  }
  if (replica.points)
    points_served(number, thread);
  if (replica.calm == CALM_NOT)
    kernel_exit();
  else if (replica.config.voting & VOTING_EXIT)
    calm_leave(&to->context, thread);
}

/* Behind the entry. */
static inline void serve(struct tcb *tcb) {
  if (!fastpath_syscall(tcb)) {
    kernel_syscall_entered(tcb);
    return;
  }
  if (replica.calm != CALM_MEETS)
    leave(tcb->context.reg[CONTEXT_R7], sched_current);
}

static OUT_OF_LINE void syscall_otherwise(struct tcb *tcb) {
  if (replica.calm != CALM_DRIFTS || tcb->imprecise) {
    kernel_syscall_hooked(tcb);
    return;
  }
  arrive_fold(&replica, &tcb->context, entry_word_of(tcb), 1);
  replica.kind = KERNEL_ENTRY_SYSCALL;
  serve(tcb);
}

void calm_syscall(struct tcb *tcb) {
  if (replica.calm < CALM_MEETS || tcb->imprecise) {
    syscall_otherwise(tcb);
    return;
  }
  if (!arrive_calm(&replica, &tcb->context, entry_word_of(tcb), 1)) {
    meet_closer(MEET_EVENT);
    meet_aligned();
    if (upkeep_due)
      upkeep_step(UPKEEP_SYSCALL);
  }
  serve(tcb);
}
