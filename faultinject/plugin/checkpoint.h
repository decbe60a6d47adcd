/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Early end of trials. The first child of a process (branch.h) runs without a
 * flip and leaves a digest of the machine's whole state at every checkpoint;
 * the others compare. From equal states the rest of the run is the same, so a
 * trial that finds one ends there: it would do what the fault-free run does.
 *
 * The state is all RAM, what the emulator would save of cores and devices, the
 * console so far, and whose turn it is for how long. Not in it: what TLBs hold.
 * So the state must be equal at two checkpoints one after the other, with
 * switches of address spaces in between, which empty them; and a trial whose
 * flip is in a page table does not compare.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum checkpoint_mode {
  CHECKPOINT_NONE,
  CHECKPOINT_RECORD, /* every one, for the others */
  CHECKPOINT_COMPARE /* some, farther and farther from the flip */
};

/** Make room that children share. @return false when there is none. Does
 * nothing unless the options say how far checkpoints are apart. */
bool checkpoint_start(void);

/** What a child does at checkpoints that come after `now`, virtual ns. */
void checkpoint_begin(enum checkpoint_mode mode, int64_t now);

/** The next checkpoint that this process stops at; INT64_MAX = none. */
int64_t checkpoint_due(void);

/** Record or compare. Does not return from a state that is the fault-free
 * run's. Context: entry of a block of code, with its state written back. */
void checkpoint_take(void);

/** When the state was found equal, virtual ns; -1 = it was not. */
int64_t checkpoint_converged(void);
