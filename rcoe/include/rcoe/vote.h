/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Voting: who is odd, and how many equal verdicts may act. Pure functions over
 * copies; they decide nothing about time or delivery.
 */
#pragma once

#include "rcoe/shared.h"

enum vote_result {
  VOTE_AGREE, /* all ballots are equal */
  VOTE_ODD,   /* a strict majority is equal; the others are odd */
  VOTE_TIE,   /* no strict majority of equal ballots */
};

/* Do two arrivals show the same (time, signature)? */
bool vote_equal(const struct arrival *a, const struct arrival *b);

/*
 * Compare the arrivals of all `live` replicas by (time, signature).
 * @param odd  Out: mask of replicas outside the majority (VOTE_ODD), else 0.
 */
enum vote_result vote_decide(const struct arrival *arrivals, uint32_t live,
                             uint32_t *odd);

/* Equal verdicts that may act among `live` replicas: floor(live / 2) + 1. */
uint32_t vote_quorum(uint32_t live);

/*
 * Count verdicts. Nobody's verdict against himself counts: a conviction needs a
 * quorum of others, so no healthy one of them can have passed that meeting.
 * @param verdicts  Suspect mask of each replica.
 * @param cast      Mask of replicas whose verdict is there.
 * @param live      Live replicas; only their verdicts count.
 * @param winner    Out: the verdict that has a quorum.
 * @return Whether one has.
 */
bool vote_count_verdicts(const uint32_t *verdicts, uint32_t cast, uint32_t live,
                         uint32_t *winner);

/* Number of replicas in a mask. */
uint32_t vote_population(uint32_t mask);
