/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second look, before anything leaves the sphere, at whether the others
 * stand where this replica believes that all have met. The code by which a
 * replica passes a meeting is no witness of its own: one flipped bit in it may
 * let the primary pass every meeting alone.
 */
#pragma once

#include "rcoe/replica.h"

/*
 * Do as many arrivals as make a quorum, the own one included, show this
 * replica's time and signature at the meeting that it has passed last? Whoever
 * is still to come or illegible is waited for, at most a deadline. Where
 * nothing is compared (VOTING_OFF), the meeting alone counts.
 * Context: kernel, interrupts masked, behind a meeting.
 */
bool witness_stands(void);

/*
 * Do as many of the replicas that were live without it as make a quorum, the
 * own one included, say that they admit replica `joiner` at this epoch? Waits
 * for them, at most a deadline. Context: in the pause, behind its meeting.
 */
bool witness_admits(uint32_t joiner);
