/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the VFP: d0-d31 in halves (d3_low, d3_high), FPSCR, FPEXC.
 * Written through the functions that the emulator has for its debugger, which
 * are found beside their description. Context of all functions: no core runs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Find those functions. Context: core_state_find has been called; before the
 * first instruction. */
void vfp_find(void);

size_t vfp_count(void);

/** Name of one of them. */
const char *vfp_name(size_t index);

/** Is there a way to write it? */
bool vfp_is_found(size_t index);

/** A bit of it that the hardware has, to prove it with. */
uint32_t vfp_bit(size_t index);

/** Flip bits of one. @return its old value. */
uint32_t vfp_flip(int core, size_t index, uint32_t mask);
