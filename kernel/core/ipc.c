/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Endpoints: who meets whom, and what state both are in afterwards. What
 * travels between them is transfer.c.
 */
#include "kernel/ipc.h"

#include "kernel/arch.h"
#include "kernel/fault.h"
#include "kernel/notification.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "kernel/tcb_queue.h"
#include "kernel/transfer.h"
#include "kernel/vspace.h"

static struct endpoint *endpoint_at(paddr_t paddr) {
  return arch_ptr(paddr);
}

static void unqueue(struct endpoint *endpoint, struct tcb *tcb) {
  tcb_queue_remove(&endpoint->queue, tcb);
  if (endpoint->queue == 0)
    endpoint->state = ENDPOINT_IDLE;
}

static void wake(struct tcb *tcb, enum thread_state state) {
  thread_set_state(tcb, state);
  sched_wake(tcb);
}

/* ---- reply capabilities -------------------------------------------------- */

/*
 * `caller` waits for an answer; `server` gets the capability to give it. Its
 * slot is empty: receiving from an endpoint drops what was in it.
 */
static void make_caller(struct tcb *caller, struct tcb *server, bool grant) {
  struct cap_slot *master = &caller->slots[TCB_SLOT_REPLY];
  struct cap_slot *slot = &server->slots[TCB_SLOT_CALLER];
  paddr_t paddr = arch_paddr(caller);

  thread_set_state(caller, THREAD_BLOCKED_ON_REPLY);
  if (slot_is_empty(master))
    slot_insert_root(master, cap_reply(paddr, true, true));
  slot_insert(slot, master, cap_reply(paddr, false, grant));
}

/* A message of a Call has arrived. */
static void await_reply(struct tcb *caller, struct tcb *server, bool may_call,
                        bool grant) {
  if (may_call)
    make_caller(caller, server, grant);
  else
    thread_set_state(caller, THREAD_INACTIVE);
}

static void revoke_reply(struct tcb *caller) {
  struct cap_slot *child = slot_first_child(&caller->slots[TCB_SLOT_REPLY]);

  if (child != NULL)
    slot_clear(child);
}

/* ---- send ---------------------------------------------------------------- */

static OUT_OF_LINE void block_sender(struct tcb *sender, paddr_t paddr,
                                     const struct ipc_send *how) {
  struct endpoint *endpoint = endpoint_at(paddr);

  thread_set_state(sender, THREAD_BLOCKED_ON_SEND);
  sender->blocking_object = paddr;
  sender->blocking_badge = how->badge;
  sender->blocking_grant = how->grant;
  sender->blocking_grant_reply = how->grant_reply;
  sender->blocking_call = how->call;
  endpoint->state = ENDPOINT_SEND;
  tcb_queue_append(&endpoint->queue, sender);
}

void ipc_send(struct tcb *sender, paddr_t paddr, const struct ipc_send *how) {
  struct endpoint *endpoint = endpoint_at(paddr);
  struct tcb *receiver;

  if (endpoint->state != ENDPOINT_RECEIVE) {
    if (how->blocking)
      block_sender(sender, paddr, how);
    return;
  }
  receiver = tcb_queue_first(endpoint->queue);
  unqueue(endpoint, receiver);
  transfer_message(sender, receiver,
                   &(struct transfer){.endpoint = paddr,
                                      .badge = how->badge,
                                      .grant = how->grant});
  wake(receiver, THREAD_RUNNING);
  if (how->call)
    await_reply(sender, receiver, how->grant || how->grant_reply,
                receiver->blocking_grant != 0);
}

/* ---- receive ------------------------------------------------------------- */

static void block_receiver(struct tcb *receiver, paddr_t paddr, bool grant) {
  struct endpoint *endpoint = endpoint_at(paddr);

  thread_set_state(receiver, THREAD_BLOCKED_ON_RECEIVE);
  receiver->blocking_object = paddr;
  receiver->blocking_grant = grant;
  endpoint->state = ENDPOINT_RECEIVE;
  tcb_queue_append(&endpoint->queue, receiver);
}

static void serve_first_sender(struct tcb *receiver, paddr_t paddr,
                               bool grant) {
  struct endpoint *endpoint = endpoint_at(paddr);
  struct tcb *sender = tcb_queue_first(endpoint->queue);
  bool may_call = sender->blocking_grant || sender->blocking_grant_reply;

  unqueue(endpoint, sender);
  transfer_message(sender, receiver,
                   &(struct transfer){.endpoint = paddr,
                                      .badge = sender->blocking_badge,
                                      .grant = sender->blocking_grant != 0});
  if (sender->blocking_call)
    await_reply(sender, receiver, may_call, grant);
  else
    wake(sender, THREAD_RUNNING);
}

void ipc_receive(struct tcb *receiver, const struct cap *cap, bool blocking) {
  paddr_t paddr = cap_object_paddr(cap);
  bool grant = (cap_rights(cap) & RIGHT_GRANT) != 0;

  if (notification_take_bound(receiver))
    return;
  if (endpoint_at(paddr)->state == ENDPOINT_SEND)
    serve_first_sender(receiver, paddr, grant);
  else if (blocking)
    block_receiver(receiver, paddr, grant);
  else
    receiver->context.reg[CONTEXT_R0] = 0;
}

/* ---- reply --------------------------------------------------------------- */

static void reply_to_fault(struct tcb *sender, struct tcb *receiver) {
  word_t info = sender->context.reg[CONTEXT_R1];
  const struct ipc_buffer *buffer =
      message_needs_buffer(info) ? vspace_ipc_buffer(sender, false) : NULL;

  if (fault_apply_reply(receiver, sender, buffer))
    wake(receiver, THREAD_RESTART);
  else
    thread_set_state(receiver, THREAD_INACTIVE);
}

void ipc_reply(struct tcb *sender, struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);
  struct tcb *receiver = tcb_at(cap_reply_tcb(&cap));

  if (receiver->fault.kind != FAULT_NONE) {
    slot_clear(slot);
    reply_to_fault(sender, receiver);
    return;
  }
  transfer_message(sender, receiver,
                   &(struct transfer){.grant = cap_reply_grant(&cap)});
  slot_clear(slot);
  wake(receiver, THREAD_RUNNING);
}

/* ---- cancel -------------------------------------------------------------- */

void ipc_cancel(struct tcb *tcb) {
  tcb->fault.kind = FAULT_NONE;
  switch ((enum thread_state)tcb->state) {
  case THREAD_BLOCKED_ON_SEND:
  case THREAD_BLOCKED_ON_RECEIVE:
    unqueue(endpoint_at(tcb->blocking_object), tcb);
    thread_set_state(tcb, THREAD_INACTIVE);
    break;
  case THREAD_BLOCKED_ON_REPLY:
    revoke_reply(tcb);
    thread_set_state(tcb, THREAD_INACTIVE);
    break;
  case THREAD_BLOCKED_ON_NOTIFICATION:
    notification_cancel(tcb);
    break;
  case THREAD_INACTIVE:
  case THREAD_RUNNING:
  case THREAD_RESTART:
    break;
  }
}

/* The fault, if there was one, happens again when the thread restarts. */
static void restart(struct tcb *tcb) {
  tcb->fault.kind = FAULT_NONE;
  wake(tcb, THREAD_RESTART);
}

void ipc_cancel_all(paddr_t paddr) {
  struct endpoint *endpoint = endpoint_at(paddr);

  while (endpoint->queue != 0) {
    struct tcb *tcb = tcb_queue_first(endpoint->queue);

    unqueue(endpoint, tcb);
    restart(tcb);
  }
}

void ipc_cancel_badged(paddr_t paddr, word_t badge) {
  struct endpoint *endpoint = endpoint_at(paddr);
  struct tcb *tcb = tcb_queue_first(endpoint->queue);

  if (endpoint->state != ENDPOINT_SEND)
    return;
  while (tcb != NULL) {
    struct tcb *next = tcb_queue_next(endpoint->queue, tcb);

    if (tcb->blocking_badge == badge) {
      unqueue(endpoint, tcb);
      restart(tcb);
    }
    tcb = next;
  }
}
