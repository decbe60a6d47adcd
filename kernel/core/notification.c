/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: signals are OR'd into a word; waiters are served in order. */
#include "kernel/notification.h"

#include "kernel/arch.h"
#include "kernel/ipc.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "kernel/tcb_queue.h"

struct notification *notification_at(paddr_t paddr) {
  return arch_ptr(paddr);
}

static void wake_with(struct tcb *tcb, word_t signal) {
  tcb->context.reg[CONTEXT_R0] = signal;
  thread_set_state(tcb, THREAD_RUNNING);
  sched_wake(tcb);
}

static void unqueue(struct notification *notification, struct tcb *tcb) {
  tcb_queue_remove(&notification->queue, tcb);
  if (notification->queue == 0)
    notification->state = NOTIFICATION_IDLE;
}

static bool bound_thread_receives(const struct notification *notification) {
  return notification->bound != 0 &&
         tcb_at(notification->bound)->state == THREAD_BLOCKED_ON_RECEIVE;
}

void notification_signal(paddr_t paddr, word_t badge) {
  struct notification *notification = notification_at(paddr);
  struct tcb *tcb = tcb_queue_first(notification->queue);

  if (tcb != NULL) {
    unqueue(notification, tcb);
    wake_with(tcb, badge);
  } else if (notification->state == NOTIFICATION_ACTIVE) {
    notification->signal |= badge;
  } else if (bound_thread_receives(notification)) {
    tcb = tcb_at(notification->bound);
    ipc_cancel(tcb);
    wake_with(tcb, badge);
  } else {
    notification->state = NOTIFICATION_ACTIVE;
    notification->signal = badge;
  }
}

static bool take(struct notification *notification, struct tcb *receiver) {
  if (notification->state != NOTIFICATION_ACTIVE)
    return false;
  receiver->context.reg[CONTEXT_R0] = notification->signal;
  notification->state = NOTIFICATION_IDLE;
  notification->signal = 0;
  return true;
}

void notification_receive(struct tcb *receiver, paddr_t paddr, bool blocking) {
  struct notification *notification = notification_at(paddr);

  if (take(notification, receiver))
    return;
  if (!blocking) {
    receiver->context.reg[CONTEXT_R0] = 0;
    return;
  }
  thread_set_state(receiver, THREAD_BLOCKED_ON_NOTIFICATION);
  receiver->blocking_object = paddr;
  notification->state = NOTIFICATION_WAITING;
  tcb_queue_append(&notification->queue, receiver);
}

bool notification_take_bound(struct tcb *receiver) {
  return receiver->bound_notification != 0 &&
         take(notification_at(receiver->bound_notification), receiver);
}

void notification_bind(paddr_t paddr, struct tcb *tcb) {
  notification_at(paddr)->bound = arch_paddr(tcb);
  tcb->bound_notification = paddr;
}

void notification_unbind(struct tcb *tcb) {
  if (tcb->bound_notification == 0)
    return;
  notification_at(tcb->bound_notification)->bound = 0;
  tcb->bound_notification = 0;
}

void notification_cancel(struct tcb *tcb) {
  unqueue(notification_at(tcb->blocking_object), tcb);
  thread_set_state(tcb, THREAD_INACTIVE);
}

void notification_destroy(paddr_t paddr) {
  struct notification *notification = notification_at(paddr);

  if (notification->bound != 0)
    notification_unbind(tcb_at(notification->bound));
  while (notification->queue != 0) {
    struct tcb *tcb = tcb_queue_first(notification->queue);

    unqueue(notification, tcb);
    thread_set_state(tcb, THREAD_RESTART);
    sched_wake(tcb);
  }
}
