/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where replicas meet that do not meet at kernel entries. Between two device
 * operations they drift apart: each has its own count of events. For an
 * interrupt to reach all at one logical time, all stop, say their count, and
 * come to the same goal from the same slots:
 *
 *   somebody is at the next meeting   -> the others run on to it (RESUME); a
 *                                        meeting takes interrupts wherever it
 * is first round                       -> the next kernel entry behind the
 *                                        largest count: all meet at exactly
 * that one (ENTRY, precise) it did not come in time, or who   -> the largest
 * count: who has it stays has the largest count is idle        where it stands,
 * the others run up to it (COUNT, imprecise in user mode) nor that -> a quorum
 * insists: it leaves out who is at a meeting to which it can not get, and who
 * claims a count that nobody else has reached. The vote finds them.
 *
 * Nobody can have passed the goal: to pass a meeting takes all, and between two
 * meetings everybody does the same events. Pure.
 */
#pragma once

#include "rcoe/rendezvous.h"

enum drift_action {
  DRIFT_NONE = 0,   /* no goal yet */
  DRIFT_WAIT = 1,   /* somebody is neither stopped nor arrived nor failed */
  DRIFT_RESUME = 2, /* run on to the meeting at which somebody is */
  DRIFT_ENTRY = 3,  /* meet at the kernel entry with number `time` */
  DRIFT_COUNT = 4,  /* meet behind event number `time`, outside the kernel */
};

struct drift_goal {
  enum drift_action action;
  uint32_t time; /* logical time, low word */
};

/* Rounds without success before a replica insists; struct stop's attempt. */
#define DRIFT_INSISTS 2u

/*
 * @param last     The goal before this round, to which not all have come.
 * @param expired  The time to stop is over: do without the absent.
 */
struct drift_goal drift_decide(const struct rendezvous_view *view,
                               const struct rendezvous *round,
                               const struct drift_goal *last, bool expired);
