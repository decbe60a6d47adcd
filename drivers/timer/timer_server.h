/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every timer driver does apart from its registers: it tells the time and
 * keeps one time-out per client (driver/timer.h), on a device that has no more
 * than a counter of 32 bits and one compare register.
 *
 * The time is summed up from the counter's differences, so that roll-overs do
 * not show; for that the counter must be read at least once in a lap (71.6
 * minutes), so the device always calls after half of one.
 * Must never: touch a device but by the functions below.
 */
#pragma once

#include "driver/server.h"

/** A device, to this file. */
struct timer_device {
  /** @return Its count: up by one each microsecond, 0 follows 2^32 - 1. */
  uint32_t (*count)(void);
  /** Raise the interrupt at `count`, not at any earlier wish. It is not raised
   * if the counter is there or has passed: the caller looks afterwards. */
  void (*call_at)(uint32_t count);
  /** The interrupt is no longer asked for. */
  void (*acknowledge)(void);
};

/** Begin with time 0. @param device  Counts already. Both are kept. */
void timer_server_start(const struct rt_server *server,
                        const struct timer_device *device);

/** For struct server_operations. */
struct server_reply timer_server_serve(const struct server_request *request);
void timer_server_interrupt(void);
