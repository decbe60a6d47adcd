/* SPDX-License-Identifier: BSD-2-Clause */
/* The root task's life once the system runs. */
#pragma once

#include "process.h"

/**
 * Wait on `endpoint` until all applications have ended, or one with a code that
 * is not 0, or a process fails; say what happened if it is anything but the
 * orderly end of an application, and end the run.
 * Badges are 1 + the index in `processes`.
 */
_Noreturn void monitor_run(cptr_t endpoint, const struct process *processes,
                           word_t applications);
