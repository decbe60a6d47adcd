/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often each instruction of a range ran, per core, waiting left out: the
 * host tools add that up by function. It must never change what the guest sees.
 */
#pragma once

#include <stdio.h>

#include "emulator.h"

/**
 * A block of code was translated: count its instructions in the range that the
 * options name. Context: callback for translated blocks, before
 * clock_translated.
 */
void profile_translated(struct tb *tb);

/** What a core did since the last call of profile_keep or _drop was work. */
void profile_keep(unsigned core);

/** It was waiting. */
void profile_drop(unsigned core);

/** Write `CORE ADDRESS COUNT` lines for all instructions that ran. */
void profile_write(FILE *out);
