/* SPDX-License-Identifier: BSD-2-Clause */
/* What lwIP asks of the system: arch/cc.h. */
#include "arch/cc.h"

#include "rt/print.h"

_Noreturn void port_panic(const char *what) {
  rt_panic(what);
}

/* Linear congruential, with Knuth's multiplier: it only has to spread. */
uint32_t port_random(void) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return state >> 8 ^ state << 24;
}
