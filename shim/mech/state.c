/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the replicas are, told to a program. What is told changes in meetings
 * only, so all that stand at this call know the same; it goes into the
 * signature all the same, as any other answer of the shim.
 */
#include "rcoe/replica.h"
#include "rcoe/scrub.h"
#include "shim/caller.h"
#include "shim/calls.h"

bool state_call(word_t number, struct context *context) {
  const struct lifecycle *cycle = &replica.cycle;
  word_t *reg = context->reg;
  if ((int32_t)number != SHIM_REPLICAS)
    return false;
  caller_answer(context, ERR_NONE,
                cycle->live | cycle->primary << SHIM_REPLICAS_PRIMARY_SHIFT);
  reg[CONTEXT_R2] = cycle->removed;
  reg[CONTEXT_R3] = cycle->added;
  reg[CONTEXT_R4] = scrub_mended();
  for (word_t i = CONTEXT_R1; i <= CONTEXT_R4; i++)
    replica_fold(reg[i]);
  return true;
}
