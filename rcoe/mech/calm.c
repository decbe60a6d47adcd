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
#include "rcoe/upkeep.h"

static bool is_agitated(void) {
  return replica.drifts || replica.points || replica.joining ||
         replica.config.hash != HASH_ARGS || upkeep_due ||
         replica.notice.health != HEALTH_GOOD || replica.recovering ||
         replica.holding || replica.stop.round > replica.settled ||
         !irq_set_empty(&replica.pending) || !irq_set_empty(&replica.deliver);
}

void calm_look(void) {
  replica.calm = !is_agitated();
  if (!replica.calm)
    return;
  replica.kind = KERNEL_ENTRY_SYSCALL; /* it will be */
  replica.rest = (struct arrival_rest){
      .proposal = PROPOSAL_NONE,
      .round = replica.settled,
      .aside = KERNEL_ENTRY_SYSCALL << ARRIVAL_KIND_SHIFT,
  };
  meet_list_peers();
}

void calm_syscall(struct tcb *tcb) {
  word_t event = (word_t)KERNEL_ENTRY_SYSCALL << 28;
  if (!replica.calm || tcb->imprecise) {
    kernel_syscall_hooked(tcb);
    return;
  }
  if (!arrive_calm(&replica, &tcb->context,
                   event ^ tcb->context.reg[CONTEXT_R7], 1)) {
    meet_closer(MEET_EVENT);
    meet_aligned();
    if (upkeep_due)
      upkeep_step(UPKEEP_SYSCALL);
  }
  if (!fastpath_syscall(tcb)) {
    kernel_syscall_entered(tcb);
    return;
  }
  tcb = sched_current;
  replica_fold_pair(arch_paddr(tcb), tcb->context.reg[CONTEXT_R1]);
  if (!replica.calm)
    kernel_exit();
  else if (replica.config.voting & VOTING_EXIT)
    calm_leave(&tcb->context, arch_paddr(tcb));
}
