/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preemption points of long operations: at a fixed count of work units, so
 * that all replicas meet the same ones.
 */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

#define PREEMPT_WORK_UNITS 100u

/* One unit of work is done. @return True if the operation shall stop here. */
MUST_CHECK bool preempt_point(void);
