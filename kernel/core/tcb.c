/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCB object and the states of a thread. Its invocations: tcb_invoke.c. */
#include "kernel/tcb.h"

#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/fpu.h"
#include "kernel/hooks.h"
#include "kernel/ipc.h"
#include "kernel/notification.h"
#include "kernel/sched.h"

void tcb_init(struct tcb *tcb) {
  arch_context_init(&tcb->context);
  tcb->state = THREAD_INACTIVE;
  tcb->slice = TCB_SLICE_TICKS;
  tcb->fpu_user = arch_paddr(tcb);
}

void tcb_set_name(struct tcb *tcb, const char *name, word_t length) {
  struct cap vspace = slot_cap(&tcb->slots[TCB_SLOT_VSPACE]);
  word_t args[4] = {arch_paddr(tcb)};

  for (word_t i = 0; i < TCB_NAME_SIZE; i++)
    tcb->name[i] = i < length ? name[i] : 0;
  if (vspace.type == CAP_PAGE_DIRECTORY)
    args[1] = cap_page_directory_paddr(&vspace);
  event_write(EVENT_THREAD, args, tcb->name);
}

void thread_suspend(struct tcb *tcb) {
  ipc_cancel(tcb);
  if (tcb->state == THREAD_RUNNING)
    tcb->context.reg[CONTEXT_FAULT_IP] = tcb->context.reg[CONTEXT_PC];
  thread_set_state(tcb, THREAD_INACTIVE);
}

void thread_resume(struct tcb *tcb) {
  if (thread_is_runnable(tcb))
    return;
  ipc_cancel(tcb);
  thread_set_state(tcb, THREAD_RESTART);
  sched_wake(tcb);
}

void tcb_destroy(struct tcb *tcb) {
  if (tcb->imprecise)
    hook_imprecise_gone();
  tcb->imprecise = 0;
  notification_unbind(tcb);
  thread_suspend(tcb);
  fpu_forget(tcb);
}
