/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Consequences: downgrade, fail-stop, own failure, ordered end. Each writes
 * its event record before anything else, so that the story is complete even
 * if this core gets no further.
 */
#include "rcoe/verdict.h"

#include "abi/event.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/plat.h"
#include "rcoe/attempt.h"
#include "rcoe/channel.h"
#include "rcoe/interrupts.h"
#include "rcoe/meet.h"
#include "rcoe/precise.h"
#include "rcoe/record.h"
#include "rcoe/vote.h"
#include "rcoe/witness.h"

#define LOOKS_LEAST 1000u /* a few milliseconds, however fast the clock */

static void set_health(enum health health) {
  replica.notice.health = health;
  channel_publish_notice();
}

/* Nothing may wake this core again, or its wait would be a spin. */
NORETURN static void sleep_for_ever(void) {
  arch_interrupts_stop();
  for (;;)
    arch_wait_for_interrupt();
}

/* Notice of `of`; if it can not be read, one that says `illegible`. */
static struct notice notice_of(uint32_t of, enum health illegible) {
  struct notice notice;
  if (!channel_read(of, RECORD_NOTICE, &notice))
    notice = (struct notice){.health = illegible};
  return notice;
}

static bool survivors_confirmed(void) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((replica_peers() >> j & 1) &&
        notice_of(j, HEALTH_GOOD).epoch < replica.cycle.epoch)
      return false;
  return true;
}

/* Wait until all survivors have the new live set, at most a deadline. */
SECTION(".text.wait.survivors") static void wait_for_survivors(void) {
  uint64_t end = arch_time() + replica.limits.verdict_deadline;
  while (!survivors_confirmed() && arch_time() < end) {
    channel_republish();
    arch_wait_for_event();
  }
}

/*
 * Do the notices say so? Looked at by itself, not taken over from the caller:
 * a kernel that runs wild must not come to act from any wrong turn.
 */
OUT_OF_LINE
SECTION(".text.wait.quorum") static bool quorum_stands(uint32_t convicted) {
  static REPLICA_LOCAL struct view view;
  uint64_t end = arch_time() + replica.limits.verdict_deadline;
  for (;;) {
    channel_view(&view);
    if (meeting_convicts(&view, replica.meeting, convicted))
      return true;
    if (arch_time() > end)
      return false;
    channel_republish();
    arch_wait_for_event();
  }
}

/*
 * All that are not live, not just `convicted`: whoever was to do it for an
 * earlier one may have been lost before it did. To stop a core twice is
 * harmless. The notices are asked again, right before the reset controller is
 * written.
 */
static void take_away(uint32_t convicted) {
  uint32_t configured = (1u << replica.config.replicas) - 1;
  uint32_t gone = configured & ~replica.cycle.live;
  bool confirmed = true;
  if (!quorum_stands(convicted))
    verdict_failed(DETECTOR_ASSERTION);
  arch_devices_open();
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if (gone >> j & 1)
      confirmed &= plat_core_stop(j, replica.parking_stub);
  arch_devices_close();
  event_write(EVENT_DOWNGRADE,
              (word_t[4]){convicted, replica.cycle.live, replica.cycle.primary,
                          confirmed},
              NULL);
}

void verdict_convict(uint32_t convicted) {
  uint32_t before = replica.cycle.live;
  if (!quorum_stands(convicted))
    verdict_failed(DETECTOR_ASSERTION);
  event_write(EVENT_CONVICT,
              (word_t[4]){convicted, vote_quorum(before), before}, NULL);
  if (convicted >> replica.self & 1) {
    set_health(HEALTH_CONVICTED);
    sleep_for_ever();
  }
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    replica.convictions[j] += convicted >> j & 1;
  attempt_again();
  bool changed = lifecycle_remove(&replica.cycle, convicted);
  if (lifecycle_lowest(replica.cycle.live) == replica.self)
    take_away(convicted);
  if (changed && replica_is_primary())
    interrupts_take_over();
  replica.notice.epoch = replica.cycle.epoch;
  channel_publish_notice();
  wait_for_survivors();
  replica.recovering = true;
  replica.calm = CALM_NOT;
}

/*
 * Have all other replicas that were ever configured come to an end? The own
 * view of who lives is not asked: it may be what the flip has hit.
 * @param illegible  What a notice counts as that can not be read.
 */
static bool all_others_ended(enum health illegible) {
  for (uint32_t j = 0; j < replica.config.replicas; j++)
    if (j != replica.self && notice_of(j, illegible).health < HEALTH_FAILED)
      return false;
  return true;
}

/*
 * Is the time over for the others to end as well, or to take this replica away?
 * As it ends the run for all, a clock that has gone wrong must not say so
 * alone.
 */
static bool is_over(uint32_t looks, uint64_t end) {
  return looks >= LOOKS_LEAST && arch_time() >= end;
}

/*
 * Give the others time to write their last records, or to take this replica
 * away and go on, if it was the only one that stopped.
 */
SECTION(".text.wait.end") static void wait_for_ends(void) {
  uint64_t end = arch_time() + replica.limits.patience;
  uint32_t looks = 0;
  while (!all_others_ended(HEALTH_FAILED) && !is_over(looks++, end)) {
    channel_republish();
    arch_wait_for_event();
  }
}

NORETURN void verdict_failstop(uint32_t detector) {
  replica.dying = true;
  event_write(EVENT_FAILSTOP, (word_t[4]){detector, replica.cycle.live}, NULL);
  set_health(HEALTH_FAILSTOP);
  wait_for_ends();
  plat_power_off(PLAT_STATUS_FAILSTOP);
}

/*
 * Wait to be taken away. Only if nobody is left to do it, end the run: all
 * others have said that they stopped, or nobody has come for so long that they
 * can not say so. Whose notice can not be read has not: it may be that this
 * replica can not read.
 */
SECTION(".text.wait.failed")
NORETURN static void wait_for_conviction(uint32_t detector) {
  uint64_t end = arch_time() + replica.limits.patience;
  uint32_t looks = 0;
  while (!all_others_ended(HEALTH_GOOD) && !is_over(looks++, end)) {
    channel_republish();
    arch_wait_for_event();
  }
  verdict_failstop(detector);
}

NORETURN void verdict_failed(uint32_t detector) {
  if (replica.dying)
    sleep_for_ever();
  replica.dying = true;
  replica.notice.detector = detector;
  set_health(HEALTH_FAILED);
  wait_for_conviction(detector);
}

/* The primary ends the run; if it does not, the next one does, and so on. */
SECTION(".text.wait.exit") static void wait_for_turn(void) {
  uint64_t turn = replica_is_primary() ? 0 : 1 + replica.self;
  uint64_t end = arch_time() + turn * replica.limits.deadline;
  while (arch_time() < end)
    arch_wait_for_event();
}

void verdict_agree_exit(word_t code) {
  replica_fold(code);
  meet(MEET_PLAIN); /* all want it; nobody claims an end that he alone saw */
}

NORETURN void verdict_exit(word_t code) {
  precise_report();
  event_write(EVENT_EXIT, (word_t[4]){code, replica.cycle.live}, NULL);
  meet(MEET_PLAIN);
  wait_for_turn();
  if (!witness_stands())
    verdict_failed(DETECTOR_ASSERTION);
  plat_power_off(PLAT_STATUS_EXIT);
}
