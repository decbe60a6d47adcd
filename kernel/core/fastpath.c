/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast path; kernel/fastpath.h says what of. Each function first checks and
 * changes nothing, then does what syscall.c, ipc.c, transfer.c, slot.c and
 * sched.c would have done together. It relies on what holds at each kernel
 * entry: the scheduler has decided, and the current thread has no fault.
 */
#include "kernel/fastpath.h"

#include "abi/syscall.h"
#include "kernel/arch.h"
#include "kernel/fpu.h"
#include "kernel/ipc.h"
#include "kernel/notification.h"
#include "kernel/syscall.h"
#include "kernel/tcb.h"
#include "kernel/tcb_queue.h"
#include "kernel/vspace.h"

/* Length and number of capabilities in a message info: at most 4 and none. */
#define INFO_SIZE_MASK 0x1ffu
#define INFO_CAPS_MASK 0x180u
#define INFO_LABEL_MASK 0xfffff000u

IN_LINE bool is_short(word_t info) {
  return (info & INFO_SIZE_MASK) <= MESSAGE_REGISTERS;
}

/*
 * The slot of a capability pointer. Wrong (NULL, or one that holds a CNode or
 * nothing useful) unless the CSpace root alone leads there. Guard and radix of
 * a CNode capability are never more than 32 bits together.
 */
IN_LINE const struct cap_slot *look_up(const struct tcb *tcb, cptr_t address) {
  const struct cap_slot *root = &tcb->slots[TCB_SLOT_CSPACE];
  word_t radix = root->word[0] & CAP_RADIX_MASK;
  word_t guard = root->word[1] >> CAP_GUARD_SHIFT;
  word_t guard_bits = root->word[1] >> CAP_GUARD_SIZE_SHIFT & 0x1fu;
  word_t index;
  const struct cap_slot *slots;

  if (slot_type(root) != CAP_CNODE ||
      address >> 1 >> (WORD_BITS - 1 - guard_bits) != guard)
    return NULL;
  index = address << guard_bits >> (WORD_BITS - radix);
  slots = arch_ptr(root->word[0] & CAP_PADDR_32);
  return &slots[index];
}

/* May a thread of that priority run next, though `tcb` could not go on? */
IN_LINE bool runs_next(const struct tcb *tcb, word_t priority) {
  return priority >= tcb->priority || sched_is_highest(priority);
}

static OUT_OF_LINE void copy_words(const struct tcb *from, struct tcb *to,
                                   word_t length) {
  for (word_t n = 0; n < length; n++)
    to->context.reg[CONTEXT_R2 + n] = from->context.reg[CONTEXT_R2 + n];
}

/* `info` is that of a short message. */
IN_LINE void deliver(const struct tcb *from, struct tcb *to, word_t info,
                     word_t badge) {
  word_t length = MESSAGE_LENGTH(info);

  to->context.reg[CONTEXT_R0] = badge;
  to->context.reg[CONTEXT_R1] = info & (INFO_LABEL_MASK | 0x7fu);
  if (length != 0)
    copy_words(from, to, length);
}

/* Another thread than the current one. */
IN_LINE void run(struct tcb *tcb) {
  tcb->state = THREAD_RUNNING;
  sched_current = tcb;
  vspace_activate(tcb);
  fpu_switch(tcb);
}

/* ---- Call ---------------------------------------------------------------- */

IN_LINE struct tcb *first_receiver(const struct tcb *tcb,
                                   const struct cap_slot *slot,
                                   struct endpoint *endpoint) {
  const struct cap_slot *master = &tcb->slots[TCB_SLOT_REPLY];
  struct tcb *receiver;

  if (endpoint->state != ENDPOINT_RECEIVE)
    return NULL;
  receiver = tcb_at(endpoint->queue);
  /* the master has been made before, and no reply capability is out */
  if ((slot->word[0] & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) == 0 ||
      ((master->prev ^ CAP_REPLY) | (master->next >> SLOT_BITS)) != 0 ||
      !runs_next(tcb, receiver->priority))
    return NULL;
  return receiver;
}

IN_LINE void leave_queue(struct endpoint *endpoint, struct tcb *receiver) {
  paddr_t self = endpoint->queue;

  if (receiver->queue_next != self) {
    tcb_queue_remove(&endpoint->queue, receiver);
    return;
  }
  receiver->queue_next = 0;
  receiver->queue_prev = 0;
  endpoint->queue = 0;
  endpoint->state = ENDPOINT_IDLE;
}

/* The master has no capability out: only its flags are in `next`. */
IN_LINE void give_reply(struct tcb *caller, struct tcb *server) {
  struct cap_slot *master = &caller->slots[TCB_SLOT_REPLY];
  struct cap_slot *slot = &server->slots[TCB_SLOT_CALLER];

  master->next |= arch_paddr(slot);
  *slot = (struct cap_slot){
      .word = {arch_paddr(caller) | server->blocking_grant}, /* 0 or 1 */
      .prev = arch_paddr(master) + CAP_REPLY,
      .next = 0};
}

IN_LINE bool call(struct tcb *tcb) {
  const word_t *reg = tcb->context.reg;
  word_t info = reg[CONTEXT_R1];
  const struct cap_slot *slot;
  struct endpoint *endpoint;
  struct tcb *receiver;

  if (!is_short(info))
    return false;
  slot = look_up(tcb, reg[CONTEXT_R0]);
  if (slot == NULL || slot_type(slot) != CAP_ENDPOINT ||
      (slot->word[0] & RIGHT_WRITE) == 0)
    return false;
  endpoint = arch_ptr(slot->word[0] & CAP_PADDR_16);
  receiver = first_receiver(tcb, slot, endpoint);
  if (receiver == NULL)
    return false;
  leave_queue(endpoint, receiver);
  deliver(tcb, receiver, info, slot->word[1]);
  tcb->state = THREAD_BLOCKED_ON_REPLY;
  give_reply(tcb, receiver);
  run(receiver);
  return true;
}

/* ---- ReplyRecv ----------------------------------------------------------- */

/* Who is answered, if that is all that the reply does; else NULL. */
IN_LINE struct tcb *answered(const struct tcb *tcb) {
  const struct cap_slot *slot = &tcb->slots[TCB_SLOT_CALLER];
  struct tcb *caller;

  if (slot_type(slot) != CAP_REPLY || slot->next >= 1u << SLOT_BITS)
    return NULL;
  caller = tcb_at(slot->word[0] & CAP_PADDR_16);
  return caller->fault.kind == 0 && runs_next(tcb, caller->priority) ? caller
                                                                     : NULL;
}

/* Would the thread block if it received there now? */
IN_LINE bool would_wait(const struct tcb *tcb,
                        const struct endpoint *endpoint) {
  return tcb->bound_notification == 0 && endpoint->state != ENDPOINT_SEND;
}

IN_LINE void take_reply(struct tcb *caller, struct tcb *server) {
  caller->slots[TCB_SLOT_REPLY].next &= (1u << SLOT_BITS) - 1;
  server->slots[TCB_SLOT_CALLER] = (struct cap_slot){.prev = 0};
}

IN_LINE void wait_at(struct tcb *tcb, struct endpoint *endpoint,
                     word_t cap_word) {
  tcb->state = THREAD_BLOCKED_ON_RECEIVE;
  tcb->blocking_object = cap_word & CAP_PADDR_16;
  tcb->blocking_grant = (cap_word & RIGHT_GRANT) != 0;
  endpoint->state = ENDPOINT_RECEIVE;
  if (endpoint->queue != 0) {
    tcb_queue_append(&endpoint->queue, tcb);
    return;
  }
  endpoint->queue = arch_paddr(tcb);
  tcb->queue_next = endpoint->queue;
  tcb->queue_prev = endpoint->queue;
}

IN_LINE bool reply_receive(struct tcb *tcb) {
  const word_t *reg = tcb->context.reg;
  word_t info = reg[CONTEXT_R1];
  const struct cap_slot *slot;
  struct endpoint *endpoint;
  struct tcb *caller;

  if (!is_short(info))
    return false;
  slot = look_up(tcb, reg[CONTEXT_R0]);
  if (slot == NULL || slot_type(slot) != CAP_ENDPOINT ||
      (slot->word[0] & RIGHT_READ) == 0)
    return false;
  endpoint = arch_ptr(slot->word[0] & CAP_PADDR_16);
  caller = answered(tcb);
  if (caller == NULL || !would_wait(tcb, endpoint))
    return false;
  deliver(tcb, caller, info, 0);
  take_reply(caller, tcb);
  wait_at(tcb, endpoint, slot->word[0]);
  run(caller);
  return true;
}

/* ---- Signal -------------------------------------------------------------- */

IN_LINE bool signal(const struct tcb *tcb) {
  const word_t *reg = tcb->context.reg;
  const struct cap_slot *slot;
  struct notification *notification;

  if ((reg[CONTEXT_R1] & INFO_CAPS_MASK) != 0)
    return false;
  slot = look_up(tcb, reg[CONTEXT_R0]);
  if (slot == NULL || slot_type(slot) != CAP_NOTIFICATION ||
      (slot->word[0] & RIGHT_WRITE) == 0)
    return false;
  notification = arch_ptr(slot->word[0] & CAP_PADDR_16);
  if (notification->state == NOTIFICATION_WAITING ||
      (notification->state == NOTIFICATION_IDLE && notification->bound != 0))
    return false;
  notification->state = NOTIFICATION_ACTIVE;
  notification->signal |= slot->word[1]; /* 0 while it is idle */
  return true;
}

IN_LINE bool serve(struct tcb *tcb) {
  word_t number = tcb->context.reg[CONTEXT_R7];

  if (number == (word_t)SYSCALL_CALL)
    return call(tcb);
  if (number == (word_t)SYSCALL_REPLY_RECV)
    return reply_receive(tcb);
  if (number == (word_t)SYSCALL_SEND)
    return signal(tcb);
  return false;
}

bool fastpath_syscall(struct tcb *tcb) {
  return serve(tcb);
}

word_t fastpath_served;

void fastpath_entry(struct tcb *tcb) {
  if (serve(tcb))
    fastpath_served++;
  else
    kernel_syscall();
}
