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

/** Class number of a code address; class 0 is user code. */
unsigned count_class_of(uint64_t address);

/** Instructions of one core in one class so far. */
uint64_t count_of(int core, unsigned class);

/** Instructions of one core so far, all classes. */
uint64_t count_total(int core);

/** Copy a core's counts, CLASSES_MAX of them. */
void count_copy(int core, uint64_t *into);

/**
 * Count as `class` whatever a core executed since its counts were `since`.
 * @return How many instructions that were.
 */
uint64_t count_move(int core, const uint64_t *since, unsigned class);
