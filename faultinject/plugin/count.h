/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact number of executed instructions per core and class of code. Counting
 * must not change what the guest sees: it only adds host work.
 */
#pragma once

#include <stdint.h>

#include "emulator.h"
#include "options.h"

/**
 * A block of code was translated: count its instructions, if the options say
 * so. Context: callback of the plug-in interface for translated blocks.
 */
void count_translated(struct tb *tb);

/** Instructions of one core in one class so far. */
uint64_t count_of(int core, unsigned class);
