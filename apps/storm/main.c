/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A workload bound by system calls: `storm ROUNDS` yields, polls a
 * notification and makes a kernel call that fails, over and over. The answers
 * of the kernel are folded into the number that it prints.
 */
#include "app/arguments.h"
#include "app/console.h"
#include "rt/start.h"
#include "sel4/sel4.h"

#include <stdio.h>

#define MULTIPLIER 16777619u /* FNV-1a prime, 32 bits */

static uint32_t storm_round(uint32_t value) {
  seL4_CPtr event = rt_connect(RT_SERVICE_SERIAL)->event;
  seL4_Word word = 0;
  seL4_Yield();
  seL4_Poll(event, &word);
  value = (value ^ word) * MULTIPLIER;
  /* This process may wait for the event, not signal it: the kernel refuses. */
  seL4_MessageInfo_t refused =
      seL4_Call(event, seL4_MessageInfo_new(0, 0, 0, 0));
  return (value ^ refused.words[0]) * MULTIPLIER;
}

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  uint32_t value = 1;
  console_start();
  if (argc != 2 || !argument_count(argv[1], &rounds)) {
    puts("usage: storm ROUNDS");
    return EXIT_USAGE;
  }
  for (uint32_t i = 0; i < rounds; i++) {
    value = storm_round(value);
  }
  printf("storm %lu %08lx\n", (unsigned long)rounds, (unsigned long)value);
  return 0;
}
