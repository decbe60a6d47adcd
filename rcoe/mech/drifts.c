/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of replicas that drift. A goal lasts until a meeting is passed.
 * The numbers of meetings stay common: a goal is only ever behind all events
 * of everybody, so nobody can have passed it, and before it there is no other
 * meeting, because that one would have been before somebody's stop as well.
 */
#include "rcoe/drifts.h"

#include "kernel/arch.h"
#include "rcoe/channel.h"
#include "rcoe/drift.h"
#include "rcoe/interrupts.h"
#include "rcoe/meet.h"

static bool goal_is(enum drift_action action) {
  return replica.goal.action == action &&
         replica.goal.time == (uint32_t)replica.time;
}

bool drift_entered(void) {
  if (goal_is(DRIFT_COUNT))
    interrupts_poke_self(); /* comes when this entry is handled */
  return goal_is(DRIFT_ENTRY);
}

/* Have those of a precise goal time to decide before it is given up. */
static word_t patience_us(enum drift_action action) {
  uint64_t allowance = meet_allowance();
  return (word_t)((action == DRIFT_ENTRY ? allowance / 2 : allowance) /
                  ARCH_TIME_PER_US);
}

static enum interrupt_verdict hold_round(enum interrupted from,
                                         uint32_t intake) {
  static REPLICA_LOCAL struct rendezvous_view view;
  struct rendezvous round;
  bool all = interrupts_stop(from, intake, &view, &round);
  struct drift_goal goal = drift_decide(&view, &round, &replica.goal, !all);
  replica.attempt++;
  if (goal.action != DRIFT_RESUME)
    replica.goal = goal;
  replica.silent |= interrupts_silent();
  if (goal.action == DRIFT_COUNT &&
      (int32_t)((uint32_t)replica.time - goal.time) >= 0)
    return interrupts_meet(from);
  interrupts_hold_for(patience_us(goal.action));
  return INTERRUPT_NONE;
}

enum interrupt_verdict drift_taken(enum interrupted from, uint32_t intake) {
  bool waiting = !irq_set_empty(&replica.pending);
  if (goal_is(DRIFT_COUNT))
    return interrupts_meet(from);
  if (intake || channel_round_open() || (waiting && !replica.holding))
    return hold_round(from, intake);
  return INTERRUPT_NONE;
}

void drift_passed(void) {
  if (replica.goal.action != DRIFT_COUNT)
    meet_aligned(); /* else user code may stand at different instructions */
  replica.attempt = 0;
  replica.goal = (struct drift_goal){.action = DRIFT_NONE};
  replica.silent = 0;
  if (!irq_set_empty(&replica.pending))
    interrupts_poke_self(); /* more than fitted into one proposal */
}
