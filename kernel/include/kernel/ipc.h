/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints: synchronous messages, capability transfer, reply capabilities. */
#pragma once

#include "abi/types.h"
#include "kernel/cap.h"
#include "kernel/slot.h"

struct tcb;

enum endpoint_state {
  ENDPOINT_IDLE = 0,
  ENDPOINT_SEND = 1,    /* senders are queued */
  ENDPOINT_RECEIVE = 2, /* receivers are queued */
};

struct endpoint {
  word_t state; /* enum endpoint_state */
  word_t queue; /* head, see tcb_queue.h */
  word_t reserved[2];
};

_Static_assert(sizeof(struct endpoint) == 1u << ENDPOINT_BITS, "ABI");

/* How a message is sent. */
struct ipc_send {
  bool blocking;
  bool call;
  bool grant;
  bool grant_reply;
  word_t badge;
};

/* Send the message of `sender` (registers, buffer or pending fault). */
void ipc_send(struct tcb *sender, paddr_t paddr, const struct ipc_send *how);

/* Receive through an endpoint capability with Read. */
void ipc_receive(struct tcb *receiver, const struct cap *cap, bool blocking);

/* Answer the thread of the reply capability in `slot`, which is used up. */
void ipc_reply(struct tcb *sender, struct cap_slot *slot);

/* The thread waits no longer: out of its queue, reply capability revoked. */
void ipc_cancel(struct tcb *tcb);

/* Last capability of the endpoint goes: every waiting thread restarts. */
void ipc_cancel_all(paddr_t paddr);

/* Senders with this badge restart. */
void ipc_cancel_badged(paddr_t paddr, word_t badge);
