/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When each core came by certain kernel instructions, on its own clock: what a
 * span takes that no flight-recorder record begins or ends, without a marker in
 * the kernel. It must never change what the guest sees.
 */
#pragma once

#include <stdio.h>

#include "emulator.h"

/**
 * A block of code was translated: watch for the addresses that the options
 * name. Context: callback for translated blocks, before count_translated, so
 * that the instruction itself is not counted yet.
 */
void mark_translated(struct tb *tb);

/**
 * Write all marks. Entries of 48 bytes: core, index of the address among the
 * arguments (4 each), clock, lines, instructions executed, of them waiting, of
 * them in user mode (8 each, little endian). Order: virtual time.
 */
void mark_write(FILE *out);
