/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants of check words (rcoe/record.h) and signatures (rcoe/signature.h),
 * for C and assembly. Both factors are odd: multiplying loses nothing.
 */
#pragma once

#define RECORD_CHECK_SALT 0x5afe5107
#define RECORD_CHECK_FACTOR 0x85ebca6b
#define SIGNATURE_PRIME 0x01000193 /* FNV-1a, 32 bit */
