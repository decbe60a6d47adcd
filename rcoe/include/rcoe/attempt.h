/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bringing a replica back: when, in which steps, and what to make of memory
 * that differs. All live replicas hold the same state here and take the same
 * steps at the same agreed points, where all stand at the same instruction.
 *
 *   NONE     somebody is away, policy and back-off allow it   -> COPYING
 *   COPYING  pages, some at a time; hashes judged a step later -> READY
 *   READY    at a system call, a precise stop, or idle: the
 *            pause, and its hash agrees                        -> joined
 *
 * If hashes differ, nobody is convicted and nothing is admitted: the attempt
 * ends, the scrubber looks for the page, and another attempt follows after a
 * back-off. A conviction ends the attempt, too.
 */
#pragma once

#include "abi/types.h"
#include "rcoe/upkeep.h"

/* An agreed tick. */
void attempt_tick(void);

/* One step, if there is something to do. */
void attempt_step(enum upkeep_place place);

/* Is memory being copied? The scrubber rests meanwhile. */
bool attempt_is_active(void);

/* The live set has changed: what was copied is void. */
void attempt_again(void);

/*
 * A program asks to bring back whoever is away. A conviction ends the order.
 * @return False if the policy is not REINTEGRATE_COMMAND.
 * Context: a system call that all have agreed on.
 */
bool attempt_command(void);
