/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time limits of drivers, by the timer service: a driver that waits for its
 * device's interrupt sets an alarm, so that a device that is silent can not
 * stop it. One alarm at a time; the process must use RT_SERVICE_TIMER.
 */
#pragma once

#include "rt/start.h"

/** Have the alarm ring in `delay_us`, in place of an earlier one. */
void alarm_set(uint32_t delay_us);

void alarm_cancel(void);

/**
 * Has the alarm rung?
 * @param badge  What a wait on the server's event brought. News of an alarm
 *               that was cancelled in the last moment does not count.
 */
bool alarm_has_rung(word_t badge);

/** Sleep so long. */
void alarm_rest(uint32_t delay_us);
