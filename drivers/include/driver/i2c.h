/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of I2C buses. A client Calls; the reply's label is an
 * `enum err`. Bytes travel in the connection's shared memory, from its start:
 * those to be written, and then, in their place, those that were read.
 *
 *   label         MR0             MR1                          reply MR0
 *   I2C_TRANSFER  7-bit address   bytes to write,              bytes read
 *                                 bytes to read << 16
 *
 * The bytes are written first, then, behind a repeated start, read; nobody
 * else comes between. Each count is at most I2C_MAX, and one of them above 0.
 * Errors: ERR_RANGE, address or count; ERR_FAILED_LOOKUP, no chip answers
 * or it does not take a byte; ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

#define I2C_MAX 64u /* bytes each way */

enum i2c_label {
  I2C_TRANSFER = 1,
};

/* MR1 of a transfer. */
#define I2C_COUNTS(written, read) ((written) | (read) << 16)
