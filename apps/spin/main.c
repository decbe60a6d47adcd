/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compute-bound workload: `spin ROUNDS` steps a 32-bit xorshift generator
 * (Marsaglia, Xorshift RNGs, 2003) without a single system call in between,
 * and prints the last value. The host can compute the same.
 */
#include "app/arguments.h"
#include "app/console.h"

#include <stdio.h>

#define SEED 2463534242u

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  uint32_t value = SEED;
  console_start();
  if (argc != 2 || !argument_count(argv[1], &rounds)) {
    puts("usage: spin ROUNDS");
    return EXIT_USAGE;
  }
  for (uint32_t i = 0; i < rounds; i++) {
    value ^= value << 13;
    value ^= value >> 17;
    value ^= value << 5;
  }
  printf("spin %lu %08lx\n", (unsigned long)rounds, (unsigned long)value);
  return 0;
}
