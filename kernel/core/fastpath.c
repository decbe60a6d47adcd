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
#include "kernel/ipc.h"
#include "kernel/notification.h"
#include "kernel/pair.h"
#include "kernel/running.h"
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
  pair_t cap = pair_at(root->word);
  word_t radix = pair_first(cap) & CAP_RADIX_MASK;
  word_t guard = pair_second(cap) >> CAP_GUARD_SHIFT;
  word_t guard_bits = pair_second(cap) >> CAP_GUARD_SIZE_SHIFT & 0x1fu;
  word_t index;
  const struct cap_slot *slots;

  if (slot_type(root) != CAP_CNODE ||
      address >> 1 >> (WORD_BITS - 1 - guard_bits) != guard)
    return NULL;
  index = address << guard_bits >> (WORD_BITS - radix);
  slots = arch_ptr(pair_first(cap) & CAP_PADDR_32);
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

  pair_put(&to->context.reg[CONTEXT_R0], badge,
           info & (INFO_LABEL_MASK | 0x7fu));
  if (length != 0)
    copy_words(from, to, length);
}

/* Another thread than the current one. */
IN_LINE void run(struct tcb *tcb) {
  tcb->state = THREAD_RUNNING;
  sched_current = tcb;
  running_become(tcb);
}

/* ---- Call ---------------------------------------------------------------- */

IN_LINE struct tcb *first_receiver(const struct tcb *tcb, word_t rights,
                                   pair_t queue) {
  pair_t links = pair_at(&tcb->slots[TCB_SLOT_REPLY].prev);
  struct tcb *receiver;

  if (pair_first(queue) != ENDPOINT_RECEIVE)
    return NULL;
  receiver = tcb_at(pair_second(queue));
  /* the master has been made before, and no reply capability is out */
  if ((rights & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) == 0 ||
      ((pair_first(links) ^ CAP_REPLY) | (pair_second(links) >> SLOT_BITS)) !=
          0 ||
      !runs_next(tcb, receiver->priority))
    return NULL;
  return receiver;
}

IN_LINE void leave_queue(struct endpoint *endpoint, struct tcb *receiver,
                         paddr_t self) {
  if (receiver->queue_next != self) {
    tcb_queue_remove(&endpoint->queue, receiver);
    return;
  }
  pair_put(&receiver->queue_next, 0, 0);
  pair_put(&endpoint->state, ENDPOINT_IDLE, 0);
}

#define REPLY_OFFSET (offsetof(struct tcb, slots[TCB_SLOT_REPLY]))
#define CALLER_OFFSET (offsetof(struct tcb, slots[TCB_SLOT_CALLER]))

/* The master has no capability out: only its flags are in `next`. */
IN_LINE void give_reply(struct tcb *caller, struct tcb *server,
                        paddr_t server_paddr) {
  struct cap_slot *slot = &server->slots[TCB_SLOT_CALLER];
  paddr_t paddr = arch_paddr(caller);

  caller->slots[TCB_SLOT_REPLY].next |= server_paddr + CALLER_OFFSET;
  pair_put(slot->word, paddr | server->blocking_grant, 0); /* 0 or 1 */
  pair_put(&slot->prev, paddr + (REPLY_OFFSET + CAP_REPLY), 0);
}

IN_LINE bool call(struct tcb *tcb) {
  pair_t arguments = pair_at(&tcb->context.reg[CONTEXT_R0]);
  word_t info = pair_second(arguments);
  const struct cap_slot *slot;
  struct endpoint *endpoint;
  struct tcb *receiver;
  pair_t queue;

  if (!is_short(info))
    return false;
  slot = look_up(tcb, pair_first(arguments));
  if (slot == NULL || slot_type(slot) != CAP_ENDPOINT ||
      (slot->word[0] & RIGHT_WRITE) == 0)
    return false;
  endpoint = arch_ptr(slot->word[0] & CAP_PADDR_16);
  queue = pair_at(&endpoint->state);
  receiver = first_receiver(tcb, slot->word[0], queue);
  if (receiver == NULL)
    return false;
  leave_queue(endpoint, receiver, pair_second(queue));
  deliver(tcb, receiver, info, slot->word[1]);
  tcb->state = THREAD_BLOCKED_ON_REPLY;
  give_reply(tcb, receiver, pair_second(queue));
  run(receiver);
  return true;
}

/* ---- ReplyRecv ----------------------------------------------------------- */

/* Who is answered, if that is all that the reply does; else NULL. */
IN_LINE struct tcb *answered(const struct tcb *tcb) {
  const struct cap_slot *slot = &tcb->slots[TCB_SLOT_CALLER];
  pair_t links = pair_at(&slot->prev);
  struct tcb *caller;

  if ((pair_first(links) & SLOT_TYPE_MASK) != CAP_REPLY ||
      pair_second(links) >= 1u << SLOT_BITS)
    return NULL;
  caller = tcb_at(slot->word[0] & CAP_PADDR_16);
  return caller->fault.kind == 0 && runs_next(tcb, caller->priority) ? caller
                                                                     : NULL;
}

/* Would the thread block if it received there now? */
IN_LINE bool would_wait(const struct tcb *tcb, pair_t queue) {
  return tcb->bound_notification == 0 && pair_first(queue) != ENDPOINT_SEND;
}

IN_LINE void take_reply(struct tcb *caller, struct tcb *server) {
  caller->slots[TCB_SLOT_REPLY].next &= (1u << SLOT_BITS) - 1;
  pair_put(server->slots[TCB_SLOT_CALLER].word, 0, 0);
  pair_put(&server->slots[TCB_SLOT_CALLER].prev, 0, 0);
}

/* @param queue  State and head of the endpoint that the capability names. */
IN_LINE void wait_at(struct tcb *tcb, word_t cap_word, pair_t queue) {
  struct endpoint *endpoint = arch_ptr(cap_word & CAP_PADDR_16);
  paddr_t self = arch_paddr(tcb);

  tcb->state = THREAD_BLOCKED_ON_RECEIVE;
  tcb->blocking_object = cap_word & CAP_PADDR_16;
  tcb->blocking_grant = (cap_word & RIGHT_GRANT) != 0;
  if (pair_second(queue) != 0) { /* receivers are there */
    tcb_queue_append(&endpoint->queue, tcb);
    return;
  }
  pair_put(&endpoint->state, ENDPOINT_RECEIVE, self);
  pair_put(&tcb->queue_next, self, self);
}

IN_LINE bool reply_receive(struct tcb *tcb) {
  pair_t arguments = pair_at(&tcb->context.reg[CONTEXT_R0]);
  word_t info = pair_second(arguments);
  const struct endpoint *endpoint;
  const struct cap_slot *slot;
  struct tcb *caller;
  word_t cap_word;
  pair_t queue;

  if (!is_short(info))
    return false;
  slot = look_up(tcb, pair_first(arguments));
  if (slot == NULL || slot_type(slot) != CAP_ENDPOINT)
    return false;
  cap_word = slot->word[0];
  if ((cap_word & RIGHT_READ) == 0)
    return false;
  caller = answered(tcb);
  if (caller == NULL)
    return false;
  endpoint = arch_ptr(cap_word & CAP_PADDR_16);
  queue = pair_at(&endpoint->state);
  if (!would_wait(tcb, queue))
    return false;
  deliver(tcb, caller, info, 0);
  take_reply(caller, tcb);
  wait_at(tcb, cap_word, queue);
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

bool fastpath_syscall(struct tcb *tcb) {
  word_t number = tcb->context.reg[CONTEXT_R7];

  if (number == (word_t)SYSCALL_CALL)
    return call(tcb);
  if (number == (word_t)SYSCALL_REPLY_RECV)
    return reply_receive(tcb);
  if (number == (word_t)SYSCALL_SEND)
    return signal(tcb);
  return false;
}

/* ---- entry --------------------------------------------------------------- */

IN_LINE void finish(bool served) {
  if (served)
    running.served_fast++;
  else
    kernel_syscall();
}

/* Each with a stack frame of its own size. */
static OUT_OF_LINE void enter_reply_receive(struct tcb *tcb) {
  finish(reply_receive(tcb));
}

static OUT_OF_LINE void enter_signal(const struct tcb *tcb) {
  finish(signal(tcb));
}

void fastpath_entry(struct tcb *tcb) {
  word_t number = tcb->context.reg[CONTEXT_R7];

  if (number == (word_t)SYSCALL_CALL)
    finish(call(tcb));
  else if (number == (word_t)SYSCALL_REPLY_RECV)
    enter_reply_receive(tcb);
  else if (number == (word_t)SYSCALL_SEND)
    enter_signal(tcb);
  else
    kernel_syscall();
}
