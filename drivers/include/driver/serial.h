/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of serial lines. A client Calls; the reply's label is an
 * `enum err`. Bytes travel in the connection's shared memory, from its start.
 *
 *   label          MR0            reply MR0
 *   SERIAL_WRITE   bytes to send  bytes taken: all, or the call fails
 *   SERIAL_READ    bytes wanted   bytes given, 0 = none yet
 *   SERIAL_DRAIN   -              - (all bytes have left the machine)
 *
 * After a SERIAL_READ that gave nothing, the service signals the client's
 * event once when there is something. There is one input: it goes to whoever
 * asks. Errors: ERR_RANGE, MR0 beyond the shared memory;
 * ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

enum serial_label {
  SERIAL_WRITE = 1,
  SERIAL_READ = 2,
  SERIAL_DRAIN = 3,
};
