/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Short turns. In its deterministic mode the emulator lets one core run until
 * the next timer of the virtual clock, up to 100 ms, and hands on to the next
 * core only when somebody asks for it. This asks after a fixed number of
 * instructions, so that healthy replicas stay close together. It must never
 * depend on host time.
 */
#pragma once

#include <stddef.h>

#include "emulator.h"

/**
 * A block of code was translated: watch its executions. Context: callback of
 * the plug-in interface for translated blocks.
 */
void slice_translated(struct tb *tb);

/** Whose turn it is, and how many instructions of it are left. */
unsigned slice_core(void);
int64_t slice_left(void);

/** Count instructions of a core's turn; the turn ends when it is used up. */
void slice_charge(unsigned core, size_t instructions);
