/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bit of memory that keeps its level whatever is written to it, for a span
 * of time. Every store of the guest to the byte is followed by putting the bit
 * back, before the next instruction.
 */
#pragma once

#include <stdint.h>

#include "emulator.h"

/** From now on the bits of `mask` at `address` (RAM) are those of `level`. */
void stuck_hold(uint64_t address, uint8_t mask, uint8_t level);

/** The bit can be written again; it keeps its value. */
void stuck_release(void);

/** A block of code was translated. Context: callback of the interface. */
void stuck_translated(struct tb *tb);
