/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduler: 256 fixed priorities (255 first), FIFO round robin inside each.
 * The current thread is in no ready queue.
 */
#pragma once

#include "abi/types.h"

struct tcb;

/* Thread whose context the vectors save and restore; NULL while idle. */
extern struct tcb *sched_current;

/* `tcb` has become runnable: let it compete with the current thread. */
void sched_wake(struct tcb *tcb);

/* `tcb` is no longer runnable: take it out. Safe in any state. */
void sched_remove(struct tcb *tcb);

/* New priority; a runnable thread is placed anew. */
void sched_set_priority(struct tcb *tcb, word_t priority);

/* Is no thread ready that has a higher priority? */
bool sched_is_highest(word_t priority);

/* The current thread goes to the tail of its level. */
void sched_yield_current(void);

/* Account one tick to the current thread. */
void sched_tick(void);

/* Every ready thread but the current one, highest priority first. */
void sched_visit_ready(void (*visit)(const struct tcb *tcb));

/* Something has changed that may decide anew who runs. */
extern bool sched_undecided;

void sched_decide(void);

/* Decide who runs: sets sched_current, NULL if nothing is runnable. */
static inline void sched_schedule(void) {
  if (sched_undecided)
    sched_decide();
}
