/* SPDX-License-Identifier: BSD-2-Clause */
/* How a process ends. */
#pragma once

#include "abi/types.h"

/**
 * End this process without flushing the C library: drains the console, tells
 * the root task, never returns. In the root task: ends the run.
 */
_Noreturn void rt_exit(word_t code);
