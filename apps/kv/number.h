/* SPDX-License-Identifier: BSD-2-Clause */
/* Decimal numbers of the protocol: 64 bits, signed. */
#pragma once

#include "slice.h"

#define NUMBER_TEXT_MAX 20u /* "-9223372036854775808" */

/** Read exactly one number: no blank, no plus sign, no leading zero, in range.
 * @return False, and `*number` as it was, if `text` is anything else. */
bool number_parse(struct slice text, int64_t *number);

/** Write `number` to `text`, unterminated. @return Its length. */
uint32_t number_format(int64_t number, char text[NUMBER_TEXT_MAX]);

/** Add, unless the sum is out of range. @return Whether it was added. */
bool number_add(int64_t *number, int64_t by);
