/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rendezvous: how an interrupt reaches all replicas at one logical time when
 * no kernel entry brings them together by itself. One replica opens a round
 * and pokes the others; whoever runs in user mode or idles stops and says so;
 * whoever is already on its way to the next meeting (by a system call or
 * fault) arrives there. Both states last until all have met, so every replica
 * reads the same outcome from the same slots:
 *
 *   all stopped             -> they meet where they stand: the interrupt is an
 *                              event of its own (user code may stand at
 *                              different instructions: an imprecise delivery)
 *   somebody has arrived    -> the stopped ones run on to that meeting, which
 *                              settles the round; nothing is imprecise
 *
 * Who stands at the next meeting says whether it met where it was stopped. If
 * so, there is no kernel entry to run on to, whatever round it had stopped for:
 * it may have been led by a faulty one that names another round than all, or
 * be that one. Taken for an arrival, it made a healthy one run on alone.
 *
 * Who is still not there when its allowance for skew is over opens another
 * round and insists, until it gets to a meeting. When a quorum insists while a
 * minority waits at a meeting to which nobody follows, the quorum meets where
 * it stands, and the vote finds the minority. Nobody insists on the word of
 * another: a faulty one would have the healthy ones leave each other behind.
 */
#pragma once

#include "rcoe/shared.h"

enum rendezvous_result {
  RENDEZVOUS_WAIT,   /* somebody is neither stopped, arrived nor failed */
  RENDEZVOUS_MEET,   /* all stopped */
  RENDEZVOUS_RESUME, /* somebody has arrived at the next meeting */
};

/* What one replica sees of the others. Indexed by replica. */
struct rendezvous_view {
  uint32_t live;
  uint32_t failed;       /* mask: says that its kernel can not go on */
  uint32_t stop_good;    /* mask: check word of the stop record fits */
  uint32_t arrival_good; /* mask: of the arrival at the next meeting */
  struct stop stop[REPLICA_MAX];
  struct arrival arrival[REPLICA_MAX];
};

/* What the round is about. */
struct rendezvous {
  uint32_t round;
  uint32_t next; /* number of the meeting that will settle it */
};

/* The live replicas by where they are; who is in none of them has failed. */
struct rendezvous_places {
  uint32_t stopped; /* for the round; it may already meet: still counts */
  uint32_t met;     /* at the next meeting, from a stop for another round */
  uint32_t arrived; /* at the next meeting by a kernel entry */
  uint32_t absent;  /* neither, and may still come */
};

struct rendezvous_places rendezvous_sort(const struct rendezvous_view *view,
                                         const struct rendezvous *round);

/* Outcome of a round as far as the view shows it. */
enum rendezvous_result rendezvous_decide(const struct rendezvous_view *view,
                                         const struct rendezvous *round);

/*
 * Outcome when the deadline is over and somebody is still absent: the meeting
 * itself will find out who is missing.
 */
enum rendezvous_result rendezvous_expire(const struct rendezvous_view *view,
                                         const struct rendezvous *round);

/*
 * The later round for which a quorum has stopped: one that waits for another is
 * awaited there. (A faulty one may open a round beside the one that is open,
 * and who stops last joins it.)
 * @return The round; 0 if there is none.
 */
uint32_t rendezvous_later(const struct rendezvous_view *view,
                          const struct rendezvous *round);

/*
 * Which round to join or open.
 * @param settled  Rounds that are over.
 * @param own      Round for which this replica last stopped.
 * @param peers    Highest round for which a peer has stopped.
 * @return The round; with no open one among the peers, a new one.
 */
uint32_t rendezvous_choose(uint32_t settled, uint32_t own, uint32_t peers);

/* Rounds that a peer may be ahead; anything else is not believed. */
#define ROUND_WINDOW 8u
