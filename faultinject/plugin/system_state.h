/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CP14 and CP15: which of their registers the emulator keeps, and in which word
 * of a core's state. Every register that it knows is looked at and gets a
 * verdict; only those that steer the system are offered.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Find the words of the registers that are offered. Context: core_state_find
 * has been called; before the first instruction. */
void system_state_find(void);

/** Number of registers that are offered. */
size_t system_state_count(void);

/** Name of one of them. */
const char *system_state_name(size_t index);

/** Has its word been found? */
bool system_state_is_found(size_t index);

/** Flip bits of one. @return its old value. */
uint32_t system_state_flip(int core, size_t index, uint32_t mask);

/** Tell all registers that the emulator knows and that are not offered. */
void system_state_others(void (*tell)(const char *name, const char *why));
