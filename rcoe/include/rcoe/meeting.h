/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A meeting: the barrier of all live replicas with its vote, as a state
 * machine that one replica steps. It is pure: what it sees comes in a view,
 * what shall be done goes out as an action. Meetings are numbered; all healthy
 * replicas hold the same meetings in the same order.
 *
 *   GATHER   wait until all live replicas have arrived, then compare.
 *              equal, nobody disputes           -> PASS
 *              somebody missing for some time   -> ASK: say so, go on waiting
 *              odd one out, kernel failure,
 *              accused, or deadline over        -> DISPUTE
 *   DISPUTE  verdict published; collect the others' verdicts.
 *              quorum names suspects            -> CONVICT, then GATHER again
 *              one that is not suspected has
 *              passed this meeting              -> FOLLOW: pass as it did
 *              quorum says nobody               -> PASS if that is the own
 *                                                  verdict, else GATHER again
 *              quorum says tie, or two live     -> FAILSTOP
 *              no quorum in time                -> GATHER again, until patience
 *                                                  ends: FAILSTOP
 *
 * A replica that has passed a meeting at which a slower one is held up answers
 * so from its next meeting. An answer counts as the verdict "nobody". Verdicts
 * stay published until the next meeting is passed (or, after a conviction,
 * until all survivors have confirmed the new epoch), so nobody misses one. Who
 * asks, or takes a verdict back, has the verdict "unknown": it counts for
 * nothing, but others see that it stands there and give it time.
 *
 * Another one may count a verdict just as it is taken back. So who has taken
 * one back and then finds that somebody holds the same one stands by it.
 *
 * Where all know before they meet that one of them is to be taken away, they
 * come to accuse it: the next meeting is one that cannot be passed with it.
 * (A verdict about the meeting just passed would be taken by a slower replica
 * for a dispute of that one.)
 *
 * Why FOLLOW is right: with one fault, whom a healthy replica suspects is the
 * faulty one, so the others' word is good. And what one healthy replica has
 * passed, all must pass: the faulty one showed it something else.
 */
#pragma once

#include "rcoe/shared.h"

/* One look at the shared region, own records included. */
struct view {
  uint32_t self;
  uint32_t live;
  uint32_t arrival_good; /* mask: check word fits */
  uint32_t notice_good;
  uint32_t answer_good;
  struct arrival arrival[REPLICA_MAX]; /* of the current meeting's parity */
  struct notice notice[REPLICA_MAX];
  struct answer answer[REPLICA_MAX];
};

struct meeting_limits {
  uint64_t deadline; /* all durations in units of `now` */
  uint64_t ask;      /* shorter than any other replica's deadline */
  uint64_t verdict_deadline;
  uint64_t patience;
};

enum meeting_phase { MEETING_GATHER, MEETING_DISPUTE };

struct meeting {
  uint32_t number;
  bool compare; /* false: barrier only (voting off) */
  enum meeting_phase phase;
  uint32_t suspects;  /* own verdict */
  uint32_t detector;  /* enum detector behind it */
  uint32_t said;      /* own verdict that was taken back last */
  uint32_t silent;    /* mask: a heartbeat brought this meeting about, and who
                         is missing here is what it was about */
  uint32_t accused;   /* mask: whom all have come here to convict */
  uint32_t charge;    /* enum detector behind that */
  uint32_t convicted; /* quorum's verdict when the action is CONVICT */
  uint32_t guide;     /* replica whose answer counts when it is FOLLOW */
  uint32_t excused;   /* mask: were held up and have got more time */
  uint64_t deadline;  /* absolute: end of the present phase */
  uint64_t ask;       /* absolute: who waits says so */
  uint64_t patience;  /* absolute: end of everything */
};

enum meeting_action {
  MEETING_WAIT,     /* step again later */
  MEETING_PASS,     /* all agree: go on */
  MEETING_ANNOUNCE, /* publish {number, suspects, detector} as own notice */
  MEETING_ANSWER,   /* publish that meeting number - 1 has been passed */
  MEETING_ASK,      /* publish the verdict "unknown", then step again */
  MEETING_RETRACT,  /* the same, and gather again */
  MEETING_CONVICT,  /* take `convicted` away, then step again */
  MEETING_FOLLOW,   /* all agree with `guide`: go on as its answer says */
  MEETING_FAILSTOP, /* stop for good */
};

/* Start meeting `number` at time `now`. */
void meeting_start(struct meeting *m, uint32_t number, uint64_t now,
                   const struct meeting_limits *limits);

/* One step. The caller performs the action and steps again unless it ends. */
enum meeting_action meeting_step(struct meeting *m, const struct view *view,
                                 uint64_t now,
                                 const struct meeting_limits *limits);

/* After a conviction or retraction: gather again among the survivors. */
void meeting_restart(struct meeting *m, uint64_t now,
                     const struct meeting_limits *limits);

/*
 * Does the view show a quorum of verdicts about meeting `number` for just
 * `convicted`? Asked again by whoever is about to act on one.
 */
bool meeting_convicts(const struct view *view, uint32_t number,
                      uint32_t convicted);
