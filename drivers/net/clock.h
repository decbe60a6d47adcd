/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's time. It stands still but for ticks of the timer driver, whose value
 * is an agreed input: all replicas see the same time at the same event.
 */
#pragma once

#define CLOCK_TICK_MS 100u

/** Begin to tick. */
void clock_start(void);

/** A tick has come: take the time, have the next one come. */
void clock_tick(void);
