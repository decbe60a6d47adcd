/* SPDX-License-Identifier: BSD-2-Clause */
/* Circular lists of threads; the head's predecessor is the tail. */
#include "kernel/tcb_queue.h"

#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/tcb.h"

struct tcb *tcb_queue_next(word_t head, struct tcb *tcb) {
  return tcb->queue_next == head ? NULL : tcb_at(tcb->queue_next);
}

void tcb_queue_append(word_t *head, struct tcb *tcb) {
  paddr_t self = arch_paddr(tcb);

  kernel_assert(tcb->queue_next == 0);
  if (*head == 0) {
    tcb->queue_next = self;
    tcb->queue_prev = self;
    *head = self;
    return;
  }
  tcb->queue_next = *head;
  tcb->queue_prev = tcb_at(*head)->queue_prev;
  tcb_at(tcb->queue_prev)->queue_next = self;
  tcb_at(*head)->queue_prev = self;
}

void tcb_queue_prepend(word_t *head, struct tcb *tcb) {
  tcb_queue_append(head, tcb);
  *head = arch_paddr(tcb);
}

void tcb_queue_remove(word_t *head, struct tcb *tcb) {
  paddr_t self = arch_paddr(tcb);

  kernel_assert(tcb->queue_next != 0);
  if (tcb->queue_next == self)
    *head = 0;
  else if (*head == self)
    *head = tcb->queue_next;
  tcb_at(tcb->queue_prev)->queue_next = tcb->queue_next;
  tcb_at(tcb->queue_next)->queue_prev = tcb->queue_prev;
  tcb->queue_next = 0;
  tcb->queue_prev = 0;
}
