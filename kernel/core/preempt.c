/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts work units; the count is part of the replicated state. */
#include "kernel/preempt.h"

#include "kernel/hooks.h"

static word_t units_done;

bool preempt_point(void) {
  if (++units_done < PREEMPT_WORK_UNITS)
    return false;
  units_done = 0;
  return hook_preemption_point();
}
