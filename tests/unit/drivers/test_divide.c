/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/user/counted/divide.c against the host's division. */
#include "divide.h"

#include "harness/check.h"

#include <stddef.h>

#define ROUNDS 200000

static const uint64_t EDGES[] = {0,
                                 1,
                                 2,
                                 3,
                                 7,
                                 10,
                                 0x7fffffffu,
                                 0x80000000u,
                                 0xffffffffu,
                                 0x100000000u,
                                 0x7fffffffffffffffu,
                                 0x8000000000000000u,
                                 0xfffffffffffffffeu,
                                 0xffffffffffffffffu};
#define EDGE_COUNT (sizeof EDGES / sizeof EDGES[0])

static bool right_unsigned(uint64_t n, uint64_t d) {
  uint64_t rest = 0;
  uint32_t n32 = (uint32_t)n;
  uint32_t d32 = (uint32_t)d;
  uint64_t both =
      d32 ? (uint64_t)(n32 % d32) << 32 | n32 / d32 : (uint64_t)n32 << 32;
  uint64_t quotient = counted_udivide(n, d, &rest);
  return quotient == (d ? n / d : 0) && rest == (d ? n % d : n) &&
         __aeabi_uidivmod(n32, d32) == both &&
         __aeabi_uidiv(n32, d32) == (uint32_t)both;
}

/* The one quotient that does not fit is left out: C does not define it. */
static bool right_signed(int64_t n, int64_t d) {
  int64_t rest = 0;
  if (d == 0 || (n == INT64_MIN && d == -1)) {
    return true;
  }
  return counted_divide(n, d, &rest) == n / d && rest == n % d;
}

static bool right_signed32(int32_t n, int32_t d) {
  if (d == 0 || (n == INT32_MIN && d == -1)) {
    return true;
  }
  uint64_t both = (uint64_t)(uint32_t)(n % d) << 32 | (uint32_t)(n / d);
  return __aeabi_idivmod(n, d) == both && __aeabi_idiv(n, d) == n / d;
}

static bool right(uint64_t n, uint64_t d) {
  return right_unsigned(n, d) && right_signed((int64_t)n, (int64_t)d) &&
         right_signed32((int32_t)(uint32_t)n, (int32_t)(uint32_t)d);
}

int main(void) {
  bool edges = true;
  bool others = true;
  uint64_t state = 88172645463325252u; /* seed of the random numbers */
  for (size_t i = 0; i < EDGE_COUNT * EDGE_COUNT; i++) {
    edges = edges && right(EDGES[i / EDGE_COUNT], EDGES[i % EDGE_COUNT]);
  }
  for (int i = 0; i < ROUNDS; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    others = others && right(state, (state * 0x9e3779b97f4a7c15u) >> (i % 64));
  }
  CHECK(edges, "the edges of all widths divide like the host's");
  CHECK(others, "random numbers of all sizes do");
  return check_report("divide");
}
