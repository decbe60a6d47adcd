/* SPDX-License-Identifier: BSD-2-Clause */
/* Live set and primary. Pure. */
#include "rcoe/lifecycle.h"

void lifecycle_init(struct lifecycle *cycle, uint32_t replicas) {
  *cycle = (struct lifecycle){.live = (1u << replicas) - 1};
}

uint32_t lifecycle_lowest(uint32_t mask) {
  return mask ? (uint32_t)__builtin_ctz(mask) : 0;
}

bool lifecycle_remove(struct lifecycle *cycle, uint32_t convicted) {
  cycle->removed += (uint32_t)__builtin_popcount(cycle->live & convicted);
  cycle->live &= ~convicted;
  cycle->epoch++;
  if (cycle->live >> cycle->primary & 1)
    return false;
  cycle->primary = lifecycle_lowest(cycle->live);
  return true;
}

void lifecycle_add(struct lifecycle *cycle, uint32_t joined) {
  cycle->added += (uint32_t)__builtin_popcount(joined & ~cycle->live);
  cycle->live |= joined;
  cycle->epoch++;
}
