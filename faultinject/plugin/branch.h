/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many trials from one run (options branches= and told=). The process runs the
 * fault-free program; at the moment of each trial it forks, the child flips
 * and goes on to its own end, and the parent waits for that before it goes on
 * itself. What trials share, the way up to the flip and translated code, is
 * paid once. A child is the same run as a fresh process with the same flip, to
 * the bit: nothing of it may depend on its parent or on other children.
 *
 * The file has a line per trial, by time: FOLDER MODE FLIP [FLIP...], where
 * MODE is record, compare or whole (checkpoint.h). For each
 * trial the parent writes "NUMBER STATUS" to the descriptor: the number of the
 * line from 0, and the status that waitpid gave, or -1 for a child that was
 * overdue and stopped. After the last one the parent ends with status 0.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * Read the list, and let children inherit the guest's memory.
 * @return NULL, or what is wrong. Context: the machine begins to run.
 */
const char *branch_start(void);

/** Does any trial have a flip with this in its words? */
bool branch_flips(const char *what);

/** When the next trial begins, virtual ns; INT64_MAX = none. */
int64_t branch_due(void);

/**
 * The next trial's moment has come. Returns true in its child, whose flips are
 * then in the options, and false in the parent when the trial is over. Does
 * not return after the last trial. Context: entry of a block of code, with its
 * state written back.
 */
bool branch_take(void);

/** A descriptor of the console so far, for reading; -1 = failed. */
int branch_console(void);
