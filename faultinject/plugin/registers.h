/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers that no debugger can write directly: banked ones of other modes,
 * CP14 and CP15; and those of the VFP. Each has to prove itself before it is
 * offered: a flip is made, read back and undone. Context of all functions: no
 * core runs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Find out where the emulator keeps them. Context: the machine begins to run.
 */
void registers_start(void);

/** Prove each register of core 0, and say of all others why they are not
 * offered. Context: before the first instruction. */
void registers_probe(void);

/** Write the verdicts as a JSON object: name -> "ok" or why not. */
void registers_report(FILE *out);

/** Flip bits of a register. @return whether there is a way; `old`: its value
 * before. */
bool registers_flip(int core, const char *name, uint32_t mask, uint32_t *old);
