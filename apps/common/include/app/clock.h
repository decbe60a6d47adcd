/* SPDX-License-Identifier: BSD-2-Clause */
/* A workload's clock: the timer driver as plain calls. */
#pragma once

#include <stdint.h>

/** Sleep for `delay_us` microseconds, at most TIMER_DELAY_MAX. */
void clock_sleep(uint32_t delay_us);

/** @return Microseconds since the timer driver started. */
uint64_t clock_now(void);
