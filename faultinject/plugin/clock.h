/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Critical-path time. The emulator runs the cores in turns, so its own time is
 * the sum of all. Here each core has a clock of its own, as on the board:
 *
 *   - it advances by one with each instruction that the core executes;
 *   - a word of the shared region that is given a new value carries the
 *     writer's clock, and whoever reads it can not be earlier than that;
 *   - taking over a line that another core has changed costs `line=`
 *     instructions, counted apart as well;
 *   - a core that waits looks again and again, with a WFE in between. What it
 *     did since it last told the others something is waiting and takes no
 *     time; only the last look does, the one that finds what it waits for.
 *
 * So behind a barrier all clocks are the latest arrival's plus what passing it
 * costs. The kernel needs no marker for that, only its rule that every wait
 * loop contains WFE. It must never change what the guest sees.
 *
 * Not seen: what a core does while it sleeps in WFI takes no time; a deadline
 * that runs out takes none either (it is real time, not work).
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "emulator.h"

/** A moment on a core's clock. */
struct moment {
  uint64_t length; /* instructions, costs of lines included */
  uint64_t lines;  /* lines taken over on the path up to here */
};

/** Take hold of the shared region. Context: the machine begins to run. */
void clock_start(void);

/**
 * A block of code was translated: watch its loads, stores, WFE. Context:
 * callback for translated blocks, after count_translated.
 */
void clock_translated(struct tb *tb);

/** Where a core's clock stands. */
struct moment clock_of(int core);

/** Instructions of a core that were waiting. */
uint64_t clock_waited(int core);

/**
 * Write the journal: each flight-recorder record as it was completed, with its
 * writer's clock. Entries of 96 bytes: record (64), clock, lines, instructions
 * executed, of them waiting (8 each, little endian). Order: virtual time.
 */
void clock_write_journal(FILE *out);
