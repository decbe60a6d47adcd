/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: a word of signals, its waiters, and a bound thread. */
#pragma once

#include "abi/object.h"
#include "abi/types.h"
#include "kernel/cap.h"

struct tcb;

enum notification_state {
  NOTIFICATION_IDLE = 0,
  NOTIFICATION_WAITING = 1,
  NOTIFICATION_ACTIVE = 2,
};

struct notification {
  word_t state;  /* enum notification_state */
  word_t queue;  /* head of waiters, see tcb_queue.h */
  word_t signal; /* badges OR'd together while active */
  paddr_t bound; /* TCB, 0 = none */
};

_Static_assert(sizeof(struct notification) == 1u << NOTIFICATION_BITS, "ABI");

struct notification *notification_at(paddr_t paddr);

void notification_signal(paddr_t paddr, word_t badge);

/* Wait (blocking) or poll. */
void notification_receive(struct tcb *receiver, paddr_t paddr, bool blocking);

/* If the bound notification is active, deliver its word and return true. */
bool notification_take_bound(struct tcb *receiver);

void notification_bind(paddr_t paddr, struct tcb *tcb);
void notification_unbind(struct tcb *tcb); /* nothing if not bound */

/* The thread waits no longer. */
void notification_cancel(struct tcb *tcb);

/* Last capability goes: waiters restart, the bound thread is unbound. */
void notification_destroy(paddr_t paddr);
