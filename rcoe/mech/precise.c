/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running up to an instruction. Everything here is this replica's own business
 * until it meets the others there: nothing is counted or folded on the way.
 */
#include "rcoe/precise.h"

#include "abi/counted.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "rcoe/approach.h"
#include "rcoe/channel.h"
#include "rcoe/interrupts.h"
#include "rcoe/meet.h"

/* Instructions between two counts, at least: the count itself, and a branch or
   return, without which it can not come to the next. */
#define FEWEST_PER_COUNT 2u
/* Instructions in a unit of arch_time, at most: one per ns in the emulator; two
   per cycle at 800 MHz on the board. */
#define MOST_PER_UNIT_EMULATOR 10u
#define MOST_PER_UNIT_BOARD 16u
#define NEAR 5u /* counts: so many are walked with a breakpoint */
#define LAPS_PER_DOUBLING 5u
#define LAPS_PER_HALVING 6u
#define GUARD_UNITS (20u * ARCH_TIME_PER_US)
/* Units from setting the alarm to the first user instruction, at least; from
   there back to the next look at the clock it is twice that. */
#define LEAVE_UNITS 10u
#define POLLS_PER_LOOK 64u
#define HISTOGRAM 64u

static REPLICA_LOCAL struct {
  bool runs;
  uint32_t meeting; /* behind which */
  uint32_t round;
  uint32_t lap;
  struct approach_goal goal;
  word_t until; /* then it is late; of arch_time_short, as all times here */
  bool late;    /* for the last goal to which it ran, with count `missed` */
  uint32_t missed;
  bool alarm;    /* is set */
  bool stepping; /* for a step by timer, not as a guard */
  uint32_t left; /* counts up to the goal when the last step began; or 0 */
  word_t delay;  /* how long it was to take */
  word_t started;
  uint32_t hits; /* breakpoints of this stop */
} way;

/* Over the whole run. */
static REPLICA_LOCAL struct {
  uint32_t stops;
  uint32_t timers;
  uint32_t most_hits;
  uint32_t of_hits[HISTOGRAM]; /* stops by their breakpoints; last: or more */
} counted;

static struct context *context(void) {
  return &sched_current->context;
}

bool precise_applies(enum interrupted from) {
  return replica.config.coupling == COUPLING_CLOSE &&
         from == INTERRUPTED_USER &&
         context()->reg[CONTEXT_TPIDRURW] == COUNTED_MARK;
}

bool precise_runs(void) {
  way.runs = way.runs && way.meeting == replica.meeting;
  return way.runs;
}

/* ---- on the way ---------------------------------------------------------- */

/* Units of arch_time for each count, times PACE_ONE: as far as is known in this
   stop, and the fastest of late. */
#define PACE_ONE 64u
#define LONG_STEP 50u /* units: where entering and leaving matter little */
static REPLICA_LOCAL word_t pace;
static REPLICA_LOCAL word_t fastest;

static word_t pace_of(word_t counts) {
  return (word_t)((uint64_t)counts * pace / PACE_ONE);
}

/* How long the counts that are left take at least, in units of arch_time. */
static word_t shortest(word_t counts) {
  bool emulated = replica.config.flags & BOOT_FLAG_EMULATOR;
  return (word_t)((uint64_t)counts * FEWEST_PER_COUNT /
                  (emulated ? MOST_PER_UNIT_EMULATOR : MOST_PER_UNIT_BOARD));
}

/*
 * How fast the program is, as the last step tells; at most twice as slow as
 * thought before, as others may have had a part of that time in the emulator.
 * A short step that did not go too far tells nothing: entering and leaving is
 * most of it. The fastest is forgotten slowly.
 */
static void learn_pace(word_t done, word_t now) {
  bool too_far = done > way.left;
  word_t took = now - way.started;
  if (way.stepping && done > 0 && (took >= LONG_STEP || too_far)) {
    word_t seen =
        (took > 3 * LEAVE_UNITS ? took - 3 * LEAVE_UNITS : 1) * PACE_ONE / done;
    pace = pace == 0 || seen < 2 * pace ? seen : 2 * pace;
    if (pace < fastest || fastest == 0)
      fastest = pace;
  }
  way.stepping = false;
}

/*
 * What three quarters of the way take; the more laps, the less of it. At least
 * the shortest that it can take. A step that did not get anywhere was too short
 * to leave the kernel. Who is too fast all the same has gone past the goal, and
 * is the next goal.
 */
static word_t next_delay(word_t left, word_t now) {
  word_t done = way.left - left;
  word_t least = shortest(left) + 1;
  word_t part = (left - left / 4) >> way.lap / LAPS_PER_HALVING;
  if (way.left == 0 || done != 0)
    return pace_of(part) > least ? pace_of(part) : least;
  bool cut = now - way.started < way.delay;
  return cut ? way.delay : way.delay + way.delay / 4 + 2;
}

static bool is_late(word_t now) {
  return (int32_t)(now - way.until) > 0;
}

/* No longer than until it is late: a flipped count may be far away. */
static word_t not_late(word_t delay, word_t now) {
  word_t rest = is_late(now) ? 1 : way.until - now + 1;
  return delay < rest ? delay : rest;
}

static void clear_alarm(void) {
  if (way.alarm)
    arch_alarm_clear();
  way.alarm = false;
}

/* One that runs still is as good: whenever it goes off, this looks again. */
static void set_alarm(word_t delay) {
  if (!way.alarm)
    way.started = arch_alarm_start(delay);
  way.alarm = true;
}

/* Stop at the goal; or, if the count is not that of the goal, behind it. If
   nobody knows what is behind it, as soon as can be. */
static void set_breakpoints(void) {
  vaddr_t stops[ARCH_BREAKPOINTS] = {way.goal.pc};
  word_t count = 1;
  if (context()->reg[CONTEXT_PC] == way.goal.pc)
    count = arch_step(context(), stops);
  arch_breakpoints_set(stops, count);
  if (count == 0)
    clear_alarm();
  set_alarm(count > 0 ? GUARD_UNITS : 1);
}

/* The more laps it takes, the fewer are left to the timer: tight loops of a few
   instructions are too fast for it. */
static word_t near_counts(void) {
  return NEAR << way.lap / LAPS_PER_DOUBLING;
}

static void run_on(word_t now) {
  word_t left = way.goal.count - context()->reg[CONTEXT_R9];
  replica.holding = true; /* the next meeting clears the alarm */
  if (left <= near_counts()) {
    set_breakpoints();
    return;
  }
  if (way.alarm)
    return;
  way.delay = not_late(next_delay(left, now), now);
  way.left = left;
  way.stepping = true;
  counted.timers++;
  set_alarm(way.delay + LEAVE_UNITS);
}

/* ---- laps ---------------------------------------------------------------- */

static void say(void) {
  replica.position[way.lap & 1] = (struct position){
      .round = way.round,
      .lap = way.lap,
      .count = context()->reg[CONTEXT_R9],
      .pc = context()->reg[CONTEXT_PC],
      .thread = arch_paddr(sched_current),
      .late = way.late,
      .missed = way.missed,
  };
  channel_publish_position(way.lap);
}

/* Does somebody's slot show this lap who has not been seen there? For the
   usual case in few instructions: who runs meanwhile needs the time. */
static bool somebody_came(const struct approach_view *view) {
  uint32_t absent = view->members & ~view->good & ~view->arrived;
  for (; absent; absent &= absent - 1)
    if (channel_has_said(lifecycle_lowest(absent), way.round, way.lap))
      return true;
  return false;
}

/* Twice as long as anybody takes who is not late. */
SECTION(".text.wait.precise")
static bool wait_lap(struct approach_view *view) {
  word_t end = arch_time_short() + 2 * (word_t)meet_allowance();
  bool over = false;
  for (;;) {
    channel_approach_view(view);
    if (!(view->members & ~view->good & ~view->arrived))
      return true;
    if (over)
      return false;
    channel_republish();
    for (uint32_t i = 0; i < POLLS_PER_LOOK && !somebody_came(view); i++)
      arch_wait_for_event();
    over = (int32_t)(arch_time_short() - end) > 0;
  }
}

/* Whole contexts are compared here: with equal ones the delivery is precise. */
static enum interrupt_verdict meet_here(void) {
  uint32_t bin = way.hits < HISTOGRAM ? way.hits : HISTOGRAM - 1;
  counted.stops++;
  counted.of_hits[bin]++;
  if (way.hits > counted.most_hits)
    counted.most_hits = way.hits;
  signature_fold_words(&replica.signature, context()->reg, CONTEXT_REGISTERS);
  return interrupts_meet_precisely();
}

/* Say where this replica stands, lap by lap, until it is to run or to meet. */
static enum interrupt_verdict walk_laps(void) {
  static REPLICA_LOCAL struct approach_view view;
  way.runs = false;
  for (;;) {
    way.lap++;
    say();
    view.self = replica.self;
    view.lap = way.lap;
    view.members = way.goal.members;
    view.ran = way.goal.runs;
    bool all = wait_lap(&view);
    way.goal = approach_decide(&view, !all);
    if (way.goal.action == APPROACH_MEET)
      return meet_here();
    if (way.goal.action != APPROACH_STAY)
      break;
  }
  if (way.goal.action == APPROACH_RESUME) {
    interrupts_run_on();
    return INTERRUPT_NONE;
  }
  way.runs = true;
  way.left = 0;
  word_t now = arch_time_short();
  way.until = now + (word_t)meet_allowance();
  run_on(now);
  return INTERRUPT_NONE;
}

enum interrupt_verdict precise_stop(uint32_t round, uint32_t members) {
  way.meeting = replica.meeting;
  way.round = round;
  way.lap = 0;
  way.hits = 0;
  way.late = false;
  fastest += fastest / 64;
  pace = fastest; /* programs change their ways */
  way.goal = (struct approach_goal){.members = members};
  way.alarm = true; /* or it may be: for holding an interrupt back */
  clear_alarm();
  return walk_laps();
}

/* This run is over. */
static enum interrupt_verdict stand(void) {
  clear_alarm();
  return walk_laps();
}

enum interrupt_verdict precise_taken(bool alarm) {
  bool hit = arch_breakpoint_at(context()->reg[CONTEXT_PC]);
  int32_t ahead = (int32_t)(context()->reg[CONTEXT_R9] - way.goal.count);
  word_t now = arch_time_short();
  way.hits += hit;
  way.alarm = way.alarm && !alarm;
  arch_breakpoints_clear();
  learn_pace(way.left + (word_t)ahead, now);
  if (ahead > 0 || (ahead == 0 && context()->reg[CONTEXT_PC] == way.goal.pc))
    return stand();
  if (is_late(now)) {
    way.late = true;
    way.missed = way.goal.count;
    return stand();
  }
  run_on(now);
  return INTERRUPT_NONE;
}

/* The fewest breakpoints with which 99 of 100 stops did. */
static uint32_t percentile_99(void) {
  uint32_t left = counted.stops / 100; /* may have more */
  uint32_t bin = HISTOGRAM - 1;
  while (bin > 0 && counted.of_hits[bin] <= left)
    left -= counted.of_hits[bin--];
  return bin;
}

void precise_report(void) {
  if (counted.stops == 0)
    return;
  event_write(EVENT_PRECISE,
              (word_t[4]){counted.stops, percentile_99(), counted.most_hits,
                          counted.timers},
              NULL);
}
