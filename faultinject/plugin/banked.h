/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of other modes: r8-r14 as a debugger would reach them, by changing
 * the mode; SPSRs, which no debugger's register shows, in the emulator's state.
 * Context of all functions: no core runs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Find the SPSRs. Context: core_state_find has been called; before the first
 * instruction. */
void banked_find(void);

size_t banked_count(void);

/** Name of one, like r13_irq. */
const char *banked_name(size_t index);

/** Is there a way to write it? */
bool banked_is_found(size_t index);

/** Flip bits of one. @return its old value. */
uint32_t banked_flip(int core, size_t index, uint32_t mask);
