/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduler. A thread that wakes up first is only a *candidate*: at the end of
 * the kernel entry it competes with the current thread, so that the common
 * case (one thread wakes another) needs no queue. A second candidate in the
 * same entry makes both ordinary ready threads.
 */
#include "kernel/sched.h"

#include "kernel/arch.h"
#include "kernel/hooks.h"
#include "kernel/sequence.h"
#include "kernel/tcb.h"
#include "kernel/tcb_queue.h"

#define LEVELS (TCB_PRIORITY_MAX + 1)
#define LEVEL_WORDS (LEVELS / WORD_BITS)
#define NO_LEVEL 0xffffffffu

struct tcb *sched_current;
bool sched_undecided;

static struct {
  struct tcb *candidate;
  bool anew; /* the current thread must compete again */
} next;
static word_t ready[LEVELS];
static word_t ready_levels[LEVEL_WORDS]; /* a bit per non-empty queue */
static word_t ready_words;               /* a bit per non-zero ready_levels */

static void mark_ready(word_t level) {
  ready_levels[level / WORD_BITS] |= 1u << (level % WORD_BITS);
  ready_words |= 1u << (level / WORD_BITS);
}

static void mark_empty(word_t level) {
  ready_levels[level / WORD_BITS] &= ~(1u << (level % WORD_BITS));
  if (ready_levels[level / WORD_BITS] == 0)
    ready_words &= ~(1u << (level / WORD_BITS));
}

/* Position of the highest set bit; `word` is not 0. */
static word_t highest_bit(word_t word) {
  return WORD_BITS - 1 - (word_t)__builtin_clz(word);
}

static word_t highest_level(void) {
  word_t i;

  if (ready_words == 0)
    return NO_LEVEL;
  i = highest_bit(ready_words);
  return i * WORD_BITS + highest_bit(ready_levels[i]);
}

bool sched_is_highest(word_t priority) {
  word_t level = highest_level();

  return level == NO_LEVEL || priority >= level;
}

static void enqueue_head(struct tcb *tcb) {
  if (tcb->ready)
    return;
  tcb_queue_prepend(&ready[tcb->priority], tcb);
  tcb->ready = 1;
  mark_ready(tcb->priority);
}

static void enqueue_tail(struct tcb *tcb) {
  if (tcb->ready)
    return;
  tcb_queue_append(&ready[tcb->priority], tcb);
  tcb->ready = 1;
  mark_ready(tcb->priority);
}

static void dequeue(struct tcb *tcb) {
  if (!tcb->ready)
    return;
  tcb_queue_remove(&ready[tcb->priority], tcb);
  tcb->ready = 0;
  if (ready[tcb->priority] == 0)
    mark_empty(tcb->priority);
}

static OUT_OF_LINE void wake_another(struct tcb *tcb) {
  if (next.candidate != NULL)
    enqueue_head(next.candidate);
  next.candidate = NULL;
  next.anew = true;
  enqueue_head(tcb);
}

void sched_wake(struct tcb *tcb) {
  if (tcb == next.candidate || tcb == sched_current || tcb->ready)
    return;
  sched_undecided = true;
  if (next.candidate == NULL && !next.anew)
    next.candidate = tcb;
  else
    wake_another(tcb);
}

void sched_remove(struct tcb *tcb) {
  if (tcb == next.candidate) {
    next.candidate = NULL;
    next.anew = true;
  }
  dequeue(tcb);
  sched_undecided = true;
}

void sched_set_priority(struct tcb *tcb, word_t priority) {
  bool competes = tcb->ready || tcb == next.candidate;

  sched_undecided = true;
  dequeue(tcb);
  if (tcb == next.candidate)
    next.candidate = NULL;
  tcb->priority = priority;
  if (tcb == sched_current)
    next.anew = true;
  else if (competes)
    sched_wake(tcb);
}

void sched_yield_current(void) {
  enqueue_tail(sched_current);
  next.anew = true;
  sched_undecided = true;
}

void sched_tick(void) {
  struct tcb *tcb = sched_current;

  if (tcb == NULL || tcb->state != THREAD_RUNNING)
    return;
  if (tcb->slice > 1) {
    tcb->slice--;
    return;
  }
  tcb->slice = TCB_SLICE_TICKS;
  sched_yield_current();
}

static struct tcb *choose_ready(void) {
  word_t level = highest_level();
  struct tcb *tcb;

  if (level == NO_LEVEL)
    return NULL;
  tcb = tcb_queue_first(ready[level]);
  dequeue(tcb);
  return tcb;
}

/* May the candidate run at once, ahead of every ready thread? */
static bool candidate_wins(bool current_runs) {
  if (next.anew)
    return false;
  if (current_runs)
    return next.candidate->priority > sched_current->priority;
  if (sched_current != NULL &&
      next.candidate->priority >= sched_current->priority)
    return true;
  return sched_is_highest(next.candidate->priority);
}

static struct tcb *select_next(bool current_runs) {
  struct tcb *winner = next.candidate;

  if (next.candidate == NULL || !candidate_wins(current_runs)) {
    if (next.candidate != NULL && current_runs &&
        next.candidate->priority == sched_current->priority)
      enqueue_tail(next.candidate);
    else if (next.candidate != NULL)
      enqueue_head(next.candidate);
    winner = NULL;
  }
  if (current_runs)
    enqueue_head(sched_current);
  return winner != NULL ? winner : choose_ready();
}

void sched_visit_ready(void (*visit)(const struct tcb *tcb)) {
  for (word_t level = LEVELS; level-- > 0;) {
    struct tcb *tcb = tcb_queue_first(ready[level]);

    for (; tcb != NULL; tcb = tcb_queue_next(ready[level], tcb))
      visit(tcb);
  }
}

void sched_decide(void) {
  struct tcb *before = sched_current;
  bool current_runs = before != NULL && thread_is_runnable(before);

  sched_undecided = false;
  if (current_runs && next.candidate == NULL && !next.anew)
    return;
  sched_current = select_next(current_runs);
  next.candidate = NULL;
  next.anew = false;
  if (before != NULL && before != sched_current)
    sequence_leave(&before->context);
  if (sched_current != NULL)
    hook_object_update(UPDATE_SCHEDULE, arch_paddr(sched_current),
                       sched_current->priority);
}
