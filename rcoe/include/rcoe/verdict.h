/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows from a verdict: taking a convicted replica away, stopping, and
 * admitting that the own kernel failed.
 */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

/*
 * Carry out a conviction that has a quorum. Returns in the survivors when all
 * of them have confirmed the new live set; never in a convicted replica.
 */
void verdict_convict(uint32_t convicted);

/* Stop for good: nothing leaves any more. `detector`: enum detector. */
NORETURN void verdict_failstop(uint32_t detector);

/*
 * The own kernel can not go on: say so and wait to be taken away.
 * @param detector  What found it, enum detector: what the others record.
 */
NORETURN void verdict_failed(uint32_t detector);

/* Agree on an ordered end with exit code `code`; returns when all want it. */
void verdict_agree_exit(word_t code);

/* That end. What the last records say has been written. */
NORETURN void verdict_exit(word_t code);
