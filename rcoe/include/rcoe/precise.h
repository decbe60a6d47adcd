/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The precise stop of closely coupled replicas: brings a thread that counts its
 * branches to the same instruction everywhere before an interrupt is delivered
 * (rcoe/approach.h decides; this runs it). Who is behind runs under a timer
 * that aims short, and the last counts with a breakpoint at the goal.
 * Threads that do not count keep the loose rules.
 */
#pragma once

#include "kernel/hooks.h"

/* Is a stop to be precise: close coupling, and the thread says it counts? */
bool precise_applies(enum interrupted from);

/*
 * All of `members` (a mask) have stopped for round `round` in user mode.
 * @return As hook_interrupt_taken; INTERRUPT_NONE also while this replica runs
 *         on: the next interrupt or breakpoint goes to precise_taken.
 */
enum interrupt_verdict precise_stop(uint32_t round, uint32_t members);

/* Is this replica on its way to the others? Forgets a way that has ended. */
bool precise_runs(void);

/*
 * An interrupt or breakpoint on the way.
 * @param alarm  It was the alarm, which is clear now.
 * @return As precise_stop.
 */
enum interrupt_verdict precise_taken(bool alarm);

/* Ordered end: write EVENT_PRECISE, if anything was stopped precisely. */
void precise_report(void);
