/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Division for programs that count their branches: the Cortex-A9 has no such
 * instruction, and the compiler's own library (libgcc) does not count. Names
 * and results are those of the run-time ABI for the Arm architecture (IHI 0043,
 * 4.3.1): a quotient and a remainder come back as one value of twice the size.
 * Divided by zero, the quotient is 0 and the remainder the dividend.
 */
#include "divide.h"

#define SIGN32 0x80000000u

/* Bit by bit, from the highest that the quotient can have. */
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor) {
  uint32_t quotient = 0;
  if (divisor == 0 || dividend < divisor) {
    return (uint64_t)dividend << 32;
  }
  int shift = __builtin_clz(divisor) - __builtin_clz(dividend);
  for (uint32_t bit = 1u << shift; bit != 0; bit >>= 1) {
    uint32_t part = divisor * bit;
    if (dividend >= part) {
      dividend -= part;
      quotient |= bit;
    }
  }
  return (uint64_t)dividend << 32 | quotient;
}

uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor) {
  return (uint32_t)__aeabi_uidivmod(dividend, divisor);
}

static uint32_t magnitude(int32_t value) {
  return value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
}

uint64_t __aeabi_idivmod(int32_t dividend, int32_t divisor) {
  uint64_t both = __aeabi_uidivmod(magnitude(dividend), magnitude(divisor));
  uint32_t quotient = (uint32_t)both;
  uint32_t remainder = (uint32_t)(both >> 32);
  if (((uint32_t)dividend ^ (uint32_t)divisor) & SIGN32) {
    quotient = 0u - quotient;
  }
  if (dividend < 0) {
    remainder = 0u - remainder;
  }
  return (uint64_t)remainder << 32 | quotient;
}

int32_t __aeabi_idiv(int32_t dividend, int32_t divisor) {
  return (int32_t)(uint32_t)__aeabi_idivmod(dividend, divisor);
}

uint64_t counted_udivide(uint64_t dividend, uint64_t divisor,
                         uint64_t *remainder) {
  uint64_t quotient = 0;
  *remainder = dividend;
  if (divisor == 0 || dividend < divisor) {
    return 0;
  }
  int shift = __builtin_clzll(divisor) - __builtin_clzll(dividend);
  uint64_t part = divisor << shift;
  for (uint64_t bit = UINT64_C(1) << shift; bit != 0; bit >>= 1) {
    if (*remainder >= part) {
      *remainder -= part;
      quotient |= bit;
    }
    part >>= 1;
  }
  return quotient;
}

int64_t counted_divide(int64_t dividend, int64_t divisor, int64_t *remainder) {
  uint64_t rest = 0;
  uint64_t above = dividend < 0 ? 0u - (uint64_t)dividend : (uint64_t)dividend;
  uint64_t below = divisor < 0 ? 0u - (uint64_t)divisor : (uint64_t)divisor;
  uint64_t quotient = counted_udivide(above, below, &rest);
  *remainder = (int64_t)(dividend < 0 ? 0u - rest : rest);
  return (int64_t)((dividend < 0) != (divisor < 0) ? 0u - quotient : quotient);
}
