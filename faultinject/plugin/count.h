/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact number of executed instructions per core and class of code. Counting
 * must not change what the guest sees: it only adds host work.
 */
#pragma once

#include <stdint.h>

#include "emulator.h"
#include "options.h"

/** Count from now on, if the options say so. */
void count_start(uint64_t plugin_id);

/** Instructions of one core in one class so far. */
uint64_t count_of(int core, unsigned class);
