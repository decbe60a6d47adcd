/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIFO queues of threads, shared by the scheduler, endpoints and
 * notifications: a circular list through struct tcb whose head is one word
 * (the canonical address of the first TCB, 0 = empty). A thread is in one
 * queue at most.
 */
#pragma once

#include "abi/types.h"
#include "kernel/tcb.h"

/* @return NULL if the queue is empty. */
static inline struct tcb *tcb_queue_first(word_t head) {
  return head == 0 ? NULL : tcb_at(head);
}

struct tcb *tcb_queue_next(word_t head, struct tcb *tcb); /* NULL: was last */
void tcb_queue_append(word_t *head, struct tcb *tcb);     /* to the tail */
void tcb_queue_prepend(word_t *head, struct tcb *tcb);    /* to the head */
void tcb_queue_remove(word_t *head, struct tcb *tcb);
