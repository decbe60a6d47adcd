/* SPDX-License-Identifier: BSD-2-Clause */
/* When and how a replica is brought back; rcoe/attempt.h explains. */
#include "rcoe/attempt.h"

#include "kernel/arch.h"
#include "kernel/event.h"
#include "rcoe/channel.h"
#include "rcoe/compare.h"
#include "rcoe/donate.h"
#include "rcoe/fresh.h"
#include "rcoe/meet.h"
#include "rcoe/policy.h"
#include "rcoe/rejoin.h"
#include "rcoe/replica.h"
#include "rcoe/scrub.h"
#include "rcoe/track.h"

#define PAGES_PER_TICK 96u /* a third of a tick at most; see rcoe/README.md */
#define PAGES_AT_ONCE 16u
#define PAGES_IDLE 32u
#define PENDING_MAX 64u /* written user pages left to the pause */
#define ROUNDS_MAX 4u   /* a program that writes more is not waited for */
#define HOUR_US 3600000000u

enum phase { PHASE_NONE, PHASE_COPYING, PHASE_READY, PHASE_PAUSE };

/* Equal in all live replicas. */
static REPLICA_LOCAL struct attempt {
  enum phase phase;
  uint32_t to;       /* number of the replica */
  word_t credit;     /* pages that may be seen to before the next tick */
  word_t rounds;     /* over pages that were written meanwhile */
  word_t failures;   /* attempts that ended because memory differed */
  bool commanded;    /* a program has asked for it */
  bool waiting;      /* for the back-off */
  uint32_t earliest; /* tick at which it is over */
} attempt;

static bool is_donor(void) {
  return lifecycle_lowest(replica.cycle.live) == replica.self;
}

bool attempt_is_active(void) {
  return attempt.phase != PHASE_NONE;
}

/* Convictions are forgotten after an hour of ticks. */
void attempt_tick(void) {
  replica.ticks++;
  attempt.credit = upkeep_pages(PAGES_PER_TICK);
  if (replica.ticks - replica.hour < HOUR_US / replica.config.tick_us)
    return;
  replica.hour = replica.ticks;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    replica.convictions[j] = 0;
}

void attempt_again(void) {
  compare_drop();
  attempt = (struct attempt){.phase = PHASE_NONE};
  upkeep_due = true;
}

bool attempt_command(void) {
  if (replica.config.reintegration != REINTEGRATE_COMMAND)
    return false;
  attempt.commanded = replica.cycle.live != replica.configured;
  return true;
}

/* ---- when ---------------------------------------------------------------- */

/* Lowest-numbered replica that may come back; REPLICA_MAX if none. */
static uint32_t candidate(void) {
  uint32_t j = 0;
  while (j < replica.config.replicas &&
         ((replica.cycle.live >> j & 1) ||
          !policy_allows(&replica.config, replica.convictions[j],
                         attempt.commanded)))
    j++;
  return j < replica.config.replicas ? j : REPLICA_MAX;
}

static void start(uint32_t to) {
  attempt.phase = PHASE_COPYING;
  attempt.to = to;
  attempt.rounds = 0;
  attempt.waiting = false;
  compare_drop(); /* of the scrubber */
  donate_begin(to);
  if (is_donor())
    event_write(EVENT_DONATE, (word_t[4]){to}, NULL);
}

static void consider(void) {
  uint32_t to = candidate();
  if (to == REPLICA_MAX || scrub_is_hurrying())
    return;
  if (!attempt.waiting) {
    uint32_t backoff = policy_backoff_us(
        &replica.config, replica.convictions[to] + attempt.failures);
    uint32_t tick = replica.config.tick_us;
    attempt.waiting = true;
    attempt.earliest =
        replica.ticks + backoff / tick + (backoff % tick ? 1 : 0);
  }
  if ((int32_t)(replica.ticks - attempt.earliest) >= 0)
    start(to);
}

/* ---- steps --------------------------------------------------------------- */

static void give_up(uint32_t odd) {
  bool in_pause = attempt.phase == PHASE_PAUSE;
  if (is_donor())
    event_write(
        EVENT_UNLIKE,
        (word_t[4]){1u << attempt.to, odd, replica.cycle.live, in_pause}, NULL);
  attempt.phase = PHASE_NONE;
  attempt.failures++;
  scrub_hurry();
}

/* Was the last hash the same in all? If not, the attempt is over. */
static bool agreed(void) {
  uint32_t odd;
  enum compare_result result = compare_judge(&odd);
  if (result == COMPARE_ODD || result == COMPARE_TIE)
    give_up(odd);
  return attempt_is_active();
}

static void see_to_some(enum upkeep_place place) {
  word_t most = place == UPKEEP_IDLE ? PAGES_IDLE : PAGES_AT_ONCE;
  struct page_hash hash;
  if (most > attempt.credit)
    most = attempt.credit;
  if (most == 0)
    return;
  attempt.credit -= most;
  if (donate_pages(most, &hash))
    attempt.phase = PHASE_READY;
  compare_publish(&hash);
}

static void say_admits(uint32_t joiner) {
  replica.notice.admits = joiner;
  channel_publish_notice();
}

/* All stand still until the joiner stands where they do. */
static void pause(bool donor) {
  uint32_t joiner = 1u << attempt.to;
  attempt.phase = PHASE_PAUSE;
  struct page_hash hash = donate_finish();
  compare_publish(&hash);
  meet(MEET_PLAIN);
  if (!agreed())
    return;
  if (donor)
    donate_hand_over();
  lifecycle_add(&replica.cycle, joiner);
  replica.notice.epoch = replica.cycle.epoch;
  say_admits(joiner);
  if (donor)
    donate_start_core();
  attempt = (struct attempt){.phase = PHASE_NONE};
  fresh_start();
  meet(MEET_PLAIN);
  say_admits(0);
  meet_aligned();
}

static void join(void) {
  uint32_t joiner = 1u << attempt.to;
  bool donor = is_donor();
  if (donor)
    event_write(EVENT_ADMIT, (word_t[4]){joiner, replica.cycle.live}, NULL);
  replica.grace = (uint64_t)REJOIN_GRACE_US * ARCH_TIME_PER_US;
  pause(donor);
  replica.grace = 0;
  if (donor && (replica.cycle.live & joiner))
    event_write(EVENT_REJOIN,
                (word_t[4]){joiner, replica.cycle.live, donate_running_count(),
                            donate_pause_count()},
                NULL);
}

static void ready(void) {
  if (donate_pending() <= PENDING_MAX || attempt.rounds == ROUNDS_MAX) {
    join();
    return;
  }
  attempt.rounds++;
  attempt.phase = PHASE_COPYING;
  donate_once_more();
}

void attempt_step(enum upkeep_place place) {
  if (replica.cycle.live == replica.configured)
    return;
  if (attempt.phase == PHASE_NONE)
    consider();
  else if (!agreed())
    return;
  else if (attempt.phase == PHASE_COPYING)
    see_to_some(place);
  else if (place != UPKEEP_FAULT)
    ready();
}
