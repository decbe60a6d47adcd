/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the code that the primary alone executes still what it was? Its flips
 * are outvoted by nobody, and it is executed seldom: nearly all of them fall
 * between two operations, and are found by adding up that code (.text.exposed
 * of kernel.ld) right before it acts.
 */
#pragma once

#include "abi/types.h"

/*
 * Note the sum that the code has now. To be voted on by the caller.
 * Context: kernel, interrupts masked; once, before the first operation.
 */
word_t intact_note(void);

/*
 * @param all  Also what not each operation takes: blocks, batches, going on
 *             with what another primary has begun; witnesses and records, whose
 *             faults others see.
 * @return Whether the code has the sum that was noted.
 * Context: kernel, interrupts masked, behind a meeting; about one instruction
 * for each one of the code.
 */
bool intact_stands(bool all);
