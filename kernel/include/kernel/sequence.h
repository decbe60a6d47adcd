/* SPDX-License-Identifier: BSD-2-Clause */
/* Restartable sequences: atomic operations of threads without LDREX. */
#pragma once

#include "abi/counted.h"
#include "arch/types.h"

/*
 * Let the atomic operation in which a thread stands, if it does, begin anew.
 *
 * @param context  Of a thread with COUNTED_MARK that loses the core.
 */
void sequence_roll_back(struct context *context);

/* Another thread gets the core. For any thread; costs others a test only. */
static inline void sequence_leave(struct context *context) {
  if (context->reg[CONTEXT_TPIDRURW] == COUNTED_MARK)
    sequence_roll_back(context);
}
