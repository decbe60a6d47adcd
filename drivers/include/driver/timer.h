/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of timers. A client Calls; the reply's label is an
 * `enum err`. Times are microseconds since the driver started.
 *
 *   label          MR0            reply MR0, MR1
 *   TIMER_NOW      -              now, low and high word
 *   TIMER_SET      delay, us      - ; one time-out per client, the last counts
 *   TIMER_CANCEL   -              -
 *
 * When the time-out comes, the service signals the client's event once.
 * Errors: ERR_RANGE, delay above TIMER_DELAY_MAX; ERR_ILLEGAL_OPERATION.
 */
#pragma once

#define TIMER_DELAY_MAX 0x7fffffffu

enum timer_label {
  TIMER_NOW = 1,
  TIMER_SET = 2,
  TIMER_CANCEL = 3,
};
