/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flips that move no turn (option quiet=on). A timer at T ends the turn of the
 * core that runs, so that all cores go on in another order, and final memory
 * can only be compared with a control run. Here the block of code that holds
 * instruction T is executed instruction by instruction instead, the flip is
 * made between two of them, and turns end where they would have ended: up to T
 * and, when nothing is flipped, to the end, the run is that without a flip.
 */
#pragma once

#include <stdbool.h>

#include "emulator.h"

/** Sort the flips by time. @return false when this emulator can not do it. */
bool quiet_start(void);

/** A block of code was translated. Call it before slice_translated. */
void quiet_translated(struct tb *tb);

/** Is the turn's account of this block kept by this module? Context: entry of
 * a block, after the module's own callback. */
bool quiet_owns_turn(void);
