/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closely coupled replicas: how all come to the same user instruction. They
 * have stopped after the same event, in a thread that counts its branches, so
 * (count, pc) never repeats on the way that all of them walk. In laps
 * everybody says where it stands, and all look at the same records:
 *
 * - All at one place: they meet there, and the delivery is precise.
 * - Somebody is at the next meeting: it walked past the place. The others run
 *   on to that meeting, which takes the interrupt (RESUME).
 * - Otherwise the furthest place is the goal. Who is furthest behind runs up
 *   to it and says in the next lap where it came to (RUN); the others say the
 *   same again (STAY). One at a time, so that it knows its pace: in the
 * emulator those who run share one clock. The hindmost, because it is most
 * likely to go too far; the others then have that way to go only once.
 *
 * Nobody runs twice in a row if somebody else may: a faulty one that does not
 * move, or is late for another goal than it was sent to, would keep the others
 * from coming together.
 *
 * Equal counts with different pcs do not tell who is further: the higher pc is
 * tried. Who was further already walks past the goal and is the goal of the
 * next lap, now with a higher count. Who does not come to the goal in time says
 * so and is not sent there again. When nobody is left to be sent, a majority at
 * the goal leaves the others behind; a minority there claims what nobody
 * reaches, and is left behind itself. Who is left behind is for the vote to
 * find.
 *
 * Pure.
 */
#pragma once

#include "rcoe/shared.h"

enum approach_action {
  APPROACH_WAIT = 0,   /* somebody has not said yet where it stands */
  APPROACH_MEET = 1,   /* meet here; the vote tells whether all do */
  APPROACH_RESUME = 2, /* run on to the next meeting */
  APPROACH_STAY = 3,   /* say the same in the next lap */
  APPROACH_RUN = 4,    /* run up to the goal */
};

/* What one replica sees of the others. Indexed by replica. */
struct approach_view {
  uint32_t self;
  uint32_t live;
  uint32_t members; /* mask: those that approach each other */
  uint32_t lap;
  uint32_t good;    /* mask: have said where they stand in this lap */
  uint32_t arrived; /* mask: are at the next meeting */
  uint32_t ran;     /* mask: who was to run in the lap before */
  struct position at[REPLICA_MAX];
};

struct approach_goal {
  enum approach_action action;
  uint32_t members; /* of the next lap */
  uint32_t runs;    /* mask: who is to run before it; all decide alike */
  uint32_t count;
  uint32_t pc;
};

/* After so many laps the vote decides. */
#define APPROACH_LAPS_MAX 32u

/* Is `a` further than `b`? Counts wrap; equal ones go by pc. */
bool approach_is_further(const struct position *a, const struct position *b);

/* @param expired  The time to say something is over: do without the absent. */
struct approach_goal approach_decide(const struct approach_view *view,
                                     bool expired);
