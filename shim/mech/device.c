/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device operations: agree, perform once, share the result.
 *
 *   meet          everybody wants the same operation (signature)
 *   perform       the primary alone touches the bus, between two entries of
 *                 its operation log (STARTED, DONE)
 *   meet          when this is passed, the primary's log says DONE; if the
 *                 primary was convicted meanwhile, its successor settles the
 *                 operation and all meet again
 *   take          everybody copies the result and folds it; data are
 *                 checked, all meet once more, and bad ones are got again
 *
 * What is exposed (executed once, after the vote) is in access.c.
 */
#include "shim/device.h"

#include "kernel/arch.h"
#include "kernel/event.h"
#include "rcoe/channel.h"
#include "rcoe/meet.h"
#include "rcoe/verdict.h"
#include "rcoe/witness.h"
#include "shim/access.h"
#include "shim/intact.h"
#include "shim/statistics.h"

#define DATA_TRIES 3u
#define LOG_UNREADABLE 0x10bad10bu /* in the signature */

/* Equal in all replicas. */
static uint32_t operations;    /* agreed so far */
static struct signature voted; /* of the request of the last one */

/* ---- the primary's part -------------------------------------------------- */

static struct signature sum_of(const struct device_request *request) {
  struct signature sum = SIGNATURE_INITIAL;
  device_request_fold(request, &sum);
  return sum;
}

/*
 * All have met on this request, and it is this core's turn: so the caller
 * believes, who may have got here by a wrong register, or waited for the others
 * while his stack was hit.
 */
static OUT_OF_LINE void look_before(const struct device_request *request,
                                    word_t from) {
  struct signature sum = sum_of(request);
  if (replica.cycle.primary != arch_core() || sum.lo != voted.lo ||
      sum.hi != voted.hi || !witness_stands())
    verdict_failed(DETECTOR_ASSERTION);
  if (!intact_stands(from != 0 || !device_request_is_plain(request)))
    verdict_failed(DETECTOR_EXPOSED);
}

/* The private log changes only just before it is published: whoever dies in
   between leaves a legible one. */
static OUT_OF_LINE void perform(const struct device_request *request,
                                word_t from) {
  struct operation done = {.number = operations, .stage = OPERATION_DONE};
  look_before(request, from);
  replica.operation =
      (struct operation){.number = operations, .stage = OPERATION_STARTED};
  access_begin(from);
  channel_publish_operation();
  arch_devices_open();
  access_perform(request, from, &done);
  arch_devices_close();
  replica.operation = done;
  channel_publish_operation();
}

/* From its first step on, as all have voted: a step to begin with that has
   flipped elsewhere would be a byte that is missing. */
static OUT_OF_LINE void act(const struct device_request *request) {
  perform(request, 0);
}

/* Do what is left of an operation of which `done` steps have been done. */
static void resume(const struct device_request *request, word_t done) {
  if (done < device_request_steps(request) || request->status ||
      request->kind == DEVICE_BATCH)
    perform(request, done);
  else
    replica.operation =
        (struct operation){.number = operations, .stage = OPERATION_DONE};
}

/*
 * The primary changed while the operation was in flight. A progress beyond the
 * last step is none: it has flipped.
 */
static void settle(const struct device_request *request, uint32_t predecessor) {
  struct operation left;
  word_t done = access_progress(predecessor, operations);
  bool readable = channel_read_operation(predecessor, &left);
  bool begun = done <= device_request_steps(request);
  switch (device_request_settle(request, operations, readable ? &left : NULL,
                                begun)) {
  case SETTLE_ADOPT:
    access_inherit(request, predecessor, request->count);
    replica.operation = left;
    break;
  case SETTLE_RESUME:
    access_inherit(request, predecessor, done);
    resume(request, done);
    break;
  case SETTLE_PERFORM:
  default:
    act(request);
    return;
  }
  channel_publish_operation();
}

/* ---- everybody's share --------------------------------------------------- */

/*
 * The primary's log after a meeting. A flip in its slot heals when the primary
 * publishes again, which it does while it waits for us.
 * @return False if it stays illegible, or is not about this operation.
 */
static bool read_log(struct operation *log) {
  uint64_t end = arch_time() + replica.limits.deadline;
  while (!channel_read_operation(replica.cycle.primary, log)) {
    if (arch_time() > end)
      return false;
    arch_wait_for_event();
  }
  return log->number == operations && log->stage == OPERATION_DONE;
}

/* All know alike that the primary is another one. */
static void take_over(const struct device_request *request,
                      uint32_t predecessor) {
  statistics_taken_over();
  if (replica_is_primary())
    settle(request, predecessor);
}

/* Meet until nobody who was to do the operation is lost before that. */
static void meet_when_done(const struct device_request *request) {
  uint32_t performer = replica.cycle.primary;
  meet(MEET_PLAIN);
  while (performer != replica.cycle.primary) {
    take_over(request, performer);
    performer = replica.cycle.primary;
    meet(MEET_PLAIN);
  }
}

/*
 * Have the operation done. Whether it is done is decided by what all know
 * alike: the primary that was to do it is still primary after the meeting.
 * (The log itself would not do: a slower replica may already read in it what
 * the next primary has done since.)
 */
static void have_performed(const struct device_request *request) {
  uint32_t performer = replica.cycle.primary;
  if (operations++ == 0)
    replica_fold(intact_note());
  voted = sum_of(request);
  replica_fold(voted.lo);
  replica_fold(voted.hi);
  replica_fold(operations);
  replica_fold(replica.cycle.primary << 8 ^ replica.cycle.live);
  meet(MEET_PLAIN);
  if (performer != replica.cycle.primary)
    take_over(request, performer);
  else if (replica_is_primary())
    act(request);
  meet_when_done(request);
}

/*
 * The primary has met as if the operation were done, but its log does not say
 * so. Fold that: the next meeting finds out whether it is the primary or this
 * replica that is odd. If nobody is, because the primary does not find it in
 * its log either, it has to go all the same: it was its to do.
 */
static void distrust_log(const struct device_request *request) {
  uint32_t performer = replica.cycle.primary;
  replica_fold(LOG_UNREADABLE);
  meet(MEET_PLAIN);
  if (performer == replica.cycle.primary)
    meet_accusing(1u << performer, DETECTOR_SLOT);
  take_over(request, performer);
  meet_when_done(request);
}

static struct operation operate_once(const struct device_request *request) {
  struct operation log;
  have_performed(request);
  while (!read_log(&log))
    distrust_log(request);
  replica_fold(log.value);
  return log;
}

/*
 * One try. @return Whether somebody's data do not fit the log's check. Who
 * wishes a repetition is asked, but not voted on; at the last try whether it is
 * needed is folded, so all have found the same or are gone.
 */
static bool data_is_bad(const struct device_request *request, bool last) {
  struct operation log = operate_once(request);
  bool bad = !access_take(request, &log) && !access_take(request, &log);
  replica.repeat = bad;
  if (last)
    replica_fold(bad);
  meet(MEET_PLAIN);
  replica.repeat = false;
  if (last ? !bad : !meet_repeat())
    return false;
  statistics_again();
  event_write(EVENT_DETECT,
              (word_t[4]){DETECTOR_INPUT, 0, replica.cycle.primary}, NULL);
  return true;
}

/*
 * If anybody's copy does not fit its check, all have the block read again, or
 * what a batch has brought shown again: a flip in the data area says nothing
 * about who reads it. At the last try the vote decides: who alone can not read
 * it is odd, and if nobody can, it is the primary that does not get another
 * one. If that vote has taken the primary away, its successor has had no try
 * yet, and begins anew.
 */
static void operate_with_data(const struct device_request *request) {
  struct device_request again = *request;
  const struct device_request *next = request;
  uint32_t performer = replica.cycle.primary;
  if (request->kind == DEVICE_BATCH)
    again.kind = DEVICE_SHOW;
  for (word_t tries = 1; data_is_bad(next, tries == DATA_TRIES); tries++) {
    next = &again;
    if (tries < DATA_TRIES)
      continue;
    if (performer == replica.cycle.primary)
      meet_accusing(1u << performer, DETECTOR_INPUT);
    performer = replica.cycle.primary;
    next = request;
    tries = 0;
  }
}

word_t device_operate(const struct device_request *request) {
  statistics_operation(request);
  if (device_request_brings_data(request)) {
    operate_with_data(request);
    return 0;
  }
  return operate_once(request).value;
}
