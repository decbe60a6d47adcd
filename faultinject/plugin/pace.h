/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flips at moments that the host chooses: pace=FD. The times of the flips do
 * not count then; each byte that comes from the descriptor makes the next one
 * happen. For runs in which the host takes part anyway, and in which a flip has
 * to wait until a replica is back: a run with it does not repeat.
 */
#pragma once

/** Do the actions as the bytes come. Context: the machine begins to run. */
void pace_start(void);
