/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel entry points and the way out. Every entry does its work, schedules,
 * and then delivers waiting interrupts, each followed by scheduling again; the
 * idle loop is part of the way out.
 */
#include "kernel/syscall.h"

#include "abi/syscall.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/fastpath.h"
#include "kernel/fault.h"
#include "kernel/fpu.h"
#include "kernel/hooks.h"
#include "kernel/invocation.h"
#include "kernel/ipc.h"
#include "kernel/irq.h"
#include "kernel/notification.h"
#include "kernel/running.h"
#include "kernel/sched.h"
#include "kernel/syscall_debug.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"

/* ---- the eight calls of the API ------------------------------------------ */

static void missing_capability(struct tcb *tcb, cptr_t address) {
  struct lookup_fault fault;

  lookup_fault_missing(&fault, 0);
  fault_raise_cap(tcb, address, true, &fault);
}

static bool may_wait_on(const struct tcb *tcb, const struct cap *cap) {
  paddr_t bound;

  if (cap->type != CAP_NOTIFICATION || (cap_rights(cap) & RIGHT_READ) == 0)
    return false;
  bound = notification_at(cap_object_paddr(cap))->bound;
  return bound == 0 || bound == arch_paddr(tcb);
}

static void receive(struct tcb *tcb, bool blocking) {
  struct cap_slot *caller = &tcb->slots[TCB_SLOT_CALLER];
  cptr_t address = tcb->context.reg[CONTEXT_R0];
  struct lookup lookup;
  struct cap cap;

  if (!cspace_lookup(tcb, address, &lookup)) {
    fault_raise_cap(tcb, address, true, &lookup.fault);
    return;
  }
  cap = slot_cap(lookup.slot);
  if (cap.type == CAP_ENDPOINT && (cap_rights(&cap) & RIGHT_READ) != 0) {
    if (!slot_is_empty(caller))
      slot_clear(caller);
    ipc_receive(tcb, &cap, blocking);
  } else if (may_wait_on(tcb, &cap)) {
    notification_receive(tcb, cap_object_paddr(&cap), blocking);
  } else {
    missing_capability(tcb, address);
  }
}

static void do_call(struct tcb *tcb) {
  invocation_handle(tcb, true, true);
}

static void do_send(struct tcb *tcb) {
  invocation_handle(tcb, false, true);
}

static void do_nb_send(struct tcb *tcb) {
  invocation_handle(tcb, false, false);
}

static void do_reply(struct tcb *tcb) {
  struct cap_slot *caller = &tcb->slots[TCB_SLOT_CALLER];

  if (!slot_is_empty(caller))
    ipc_reply(tcb, caller);
}

static void do_receive(struct tcb *tcb) {
  receive(tcb, true);
}

static void do_nb_receive(struct tcb *tcb) {
  receive(tcb, false);
}

static void do_reply_receive(struct tcb *tcb) {
  do_reply(tcb);
  receive(tcb, true);
}

static void do_yield(struct tcb *tcb) {
  (void)tcb;
  sched_yield_current();
}

typedef void syscall_handler(struct tcb *tcb);

static syscall_handler *const handlers[] = {
    [-SYSCALL_CALL] = do_call,    [-SYSCALL_REPLY_RECV] = do_reply_receive,
    [-SYSCALL_SEND] = do_send,    [-SYSCALL_NB_SEND] = do_nb_send,
    [-SYSCALL_RECV] = do_receive, [-SYSCALL_REPLY] = do_reply,
    [-SYSCALL_YIELD] = do_yield,  [-SYSCALL_NB_RECV] = do_nb_receive,
};

_Static_assert(ARRAY_SIZE(handlers) == 1 - SYSCALL_API_FIRST,
               "a handler for each call");

/* ---- the way out --------------------------------------------------------- */

static void deliver_interrupts(void) {
  word_t irq = hook_interrupt_next();

  while (irq != IRQ_NONE) {
    irq_handle(irq);
    sched_schedule();
    irq = hook_interrupt_next();
  }
}

static OUT_OF_LINE void idle(void) {
  while (sched_current == NULL) {
    hook_idle();
    if (hook_interrupt_taken(INTERRUPTED_IDLE) != INTERRUPT_NONE)
      deliver_interrupts();
  }
}

static OUT_OF_LINE void restart(struct tcb *tcb) {
  tcb->context.reg[CONTEXT_PC] = tcb->context.reg[CONTEXT_FAULT_IP];
  thread_set_state(tcb, THREAD_RUNNING);
}

void kernel_exit(void) {
  struct tcb *tcb;

  sched_schedule();
  deliver_interrupts();
  if (sched_current == NULL)
    idle();
  tcb = sched_current;
  if (tcb->state == THREAD_RESTART)
    restart(tcb);
  running_become(tcb);
  hook_kernel_exit(&tcb->context, arch_paddr(tcb), tcb->imprecise == 0);
}

/* ---- the ways in --------------------------------------------------------- */

/*
 * Entered by the current thread itself: by system call or fault. If it was
 * interrupted imprecisely before, it stands where the others are again, but
 * what its TCB holds of its FPU context was saved at different instructions.
 */
static void enter(struct tcb *tcb, enum kernel_entry kind, word_t detail) {
  if (tcb->imprecise != 0)
    fpu_save();
  hook_kernel_entry(kind, detail, &tcb->context);
  tcb->imprecise = 0;
}

static void dispatch(struct tcb *tcb, word_t number) {
  word_t index = 0u - number; /* numbers are negative */

  if (index >= 1 && index < ARRAY_SIZE(handlers))
    handlers[index](tcb);
  else if (number == (word_t)SYSCALL_SET_TLS_BASE)
    tcb->context.reg[CONTEXT_TPIDRURO] = tcb->context.reg[CONTEXT_R0];
  else if (!syscall_debug(tcb, number) && !hook_syscall(number, &tcb->context))
    fault_raise_syscall(tcb, number);
}

void kernel_syscall_entered(struct tcb *tcb) {
  dispatch(tcb, tcb->context.reg[CONTEXT_R7]);
  kernel_exit();
}

void kernel_syscall(void) {
  struct tcb *tcb = sched_current;

  enter(tcb, KERNEL_ENTRY_SYSCALL, tcb->context.reg[CONTEXT_R7]);
  kernel_syscall_entered(tcb);
}

void kernel_syscall_hooked(struct tcb *tcb) {
  word_t number = tcb->context.reg[CONTEXT_R7];

  enter(tcb, KERNEL_ENTRY_SYSCALL, number);
  if (!fastpath_syscall(tcb)) {
    kernel_syscall_entered(tcb);
    return;
  }
  hook_fastpath_served(number, arch_paddr(sched_current),
                       sched_current->context.reg[CONTEXT_R1]);
  kernel_exit();
}

static void interrupt_entered(struct tcb *tcb) {
  hook_kernel_entry(KERNEL_ENTRY_INTERRUPT, 0, &tcb->context);
  kernel_exit();
}

void kernel_rejoin(enum kernel_entry entry) {
  vspace_reload();
  fpu_reload();
  if (sched_current == NULL)
    kernel_exit();
  else if (entry == KERNEL_ENTRY_INTERRUPT)
    interrupt_entered(sched_current);
  else
    kernel_syscall_hooked(sched_current);
}

void kernel_vm_fault(bool prefetch, vaddr_t address, word_t status) {
  struct tcb *tcb = sched_current;

  if (!prefetch && hook_access_denied(address, status))
    return;
  enter(tcb, KERNEL_ENTRY_FAULT, FAULT_VM);
  if (prefetch || !hook_user_access(&tcb->context, address))
    fault_raise_vm(tcb, prefetch, address, status);
  kernel_exit();
}

void kernel_user_exception(void) {
  struct tcb *tcb = sched_current;

  enter(tcb, KERNEL_ENTRY_FAULT, FAULT_USER_EXCEPTION);
  fault_raise_exception(tcb, 0, 0);
  kernel_exit();
}

void kernel_interrupt(void) {
  enum interrupt_verdict verdict = hook_interrupt_taken(INTERRUPTED_USER);

  if (verdict == INTERRUPT_NONE)
    return;
  if (verdict == INTERRUPT_IMPRECISE)
    sched_current->imprecise = 1;
  interrupt_entered(sched_current);
}

NORETURN void kernel_exception(enum exception e, word_t pc, word_t address,
                               word_t status) {
  const word_t args[4] = {(word_t)e, pc, address, status};

  event_write(EVENT_KERNEL_EXCEPTION, args, NULL);
  hook_panic(PANIC_EXCEPTION);
}
