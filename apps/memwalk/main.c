/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A workload with much memory: `memwalk ROUNDS [PAGES]` fills 7.75 MiB once,
 * then in each round writes a word to each of the first PAGES pages (default
 * 56), reads one page of all the others, and yields. Shows what a replica that
 * holds memory costs to copy while a part of it is being written.
 */
#include "app/arguments.h"
#include "app/console.h"
#include "rt/start.h"
#include "sel4/sel4.h"

#include <stdio.h>

#define PAGE_WORDS 1024u
#define WRITTEN_DEFAULT 56u
#define MULTIPLIER 16777619u /* FNV-1a prime, 32 bits */

static uint32_t (*memory)[PAGE_WORDS];
static uint32_t pages;

static void fill(void) {
  const struct rt_start *start = rt_start_page();
  uint32_t value = 1;
  memory = (uint32_t(*)[PAGE_WORDS])(uintptr_t)start->memory;
  pages = start->memory_size / sizeof *memory;
  for (uint32_t page = 0; page < pages; page++) {
    for (uint32_t i = 0; i < PAGE_WORDS; i++) {
      value = (value ^ i) * MULTIPLIER;
      memory[page][i] = value;
    }
  }
}

static uint32_t walk(uint32_t sum, uint32_t round, uint32_t written) {
  const uint32_t *page = memory[round % pages];
  for (uint32_t i = 0; i < written; i++) {
    memory[i][round % PAGE_WORDS] += sum;
  }
  for (uint32_t i = 0; i < PAGE_WORDS; i++) {
    sum = (sum ^ page[i]) * MULTIPLIER;
  }
  seL4_Yield();
  return sum;
}

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  uint32_t written = WRITTEN_DEFAULT;
  uint32_t sum = 1;
  console_start();
  fill();
  if (argc < 2 || !argument_count(argv[1], &rounds) ||
      (argc > 2 && !argument_count(argv[2], &written)) || written > pages) {
    puts("usage: memwalk ROUNDS [PAGES]");
    return EXIT_USAGE;
  }
  for (uint32_t round = 0; round < rounds; round++) {
    sum = walk(sum, round, written);
  }
  printf("memwalk %lu %08lx\n", (unsigned long)rounds, (unsigned long)sum);
  return 0;
}
