/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Division under the names of the run-time ABI (IHI 0043, 4.3.1), for the
 * compiler to call; the last two for divide64.S. Divided by zero, the quotient
 * is 0 and the remainder the dividend.
 */
#pragma once

#include <stdint.h>

/** @return Quotient. */
uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor);
int32_t __aeabi_idiv(int32_t dividend, int32_t divisor);

/** @return Quotient in the lower half (r0), remainder in the upper (r1). */
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor);
uint64_t __aeabi_idivmod(int32_t dividend, int32_t divisor);

/** @return Quotient; *remainder has the sign of the dividend. */
uint64_t counted_udivide(uint64_t dividend, uint64_t divisor,
                         uint64_t *remainder);
int64_t counted_divide(int64_t dividend, int64_t divisor, int64_t *remainder);
