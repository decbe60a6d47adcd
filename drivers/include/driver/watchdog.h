/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of watchdogs. A client Calls; the reply's label is an
 * `enum err`.
 *
 *   label           MR0                          MR1                   reply
 *   WATCHDOG_START  time-out, half seconds       warning before it,    -
 *                   (1..WATCHDOG_TIMEOUT_MAX)    half seconds, 0: none
 *   WATCHDOG_FEED   -                            -                     -
 *
 * It belongs to the client that starts it, can be started once and never
 * stopped; a board that is not fed for the time-out is reset. The warning comes
 * by the client's event, once for each time that it is not fed in time.
 * Errors: ERR_RANGE; ERR_INVALID_CAPABILITY, it is another client's;
 * ERR_ILLEGAL_OPERATION, unknown label, started already, or not yet.
 */
#pragma once

#define WATCHDOG_TIMEOUT_MAX 256u /* half seconds */

enum watchdog_label {
  WATCHDOG_START = 1,
  WATCHDOG_FEED = 2,
};
