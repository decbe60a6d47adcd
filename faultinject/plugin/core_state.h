/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the emulator keeps a core's state, found out while it runs, because no
 * header says so. Everything found is an offset, the same in all cores. Must
 * only be written to by those who prove what they hit.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPSR 25 /* a debugger's number of it */
#define STATE_MAX 65536u

/** Find out size of a core's state and place of r0 in it; once.
 * @return whether that worked. Context: before the first instruction. */
bool core_state_find(void);

/** First byte of a core's state. */
uint8_t *core_state(int core);

/** Bytes of a core's state, at most STATE_MAX; valid once it was found. */
size_t core_state_size(void);

/** Offset of r0: the architectural state begins there. */
size_t core_state_registers(void);

/** The word at an offset in a core's state. */
uint32_t *core_state_word(int core, size_t offset);

/** Copy memory that may not exist. @return whether it does. */
bool core_state_peek(const void *from, void *to, size_t size);
