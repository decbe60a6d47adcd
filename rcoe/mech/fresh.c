/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing unused memory after a return; rcoe/fresh.h explains. */
#include "rcoe/fresh.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/untyped.h"
#include "rcoe/replica.h"

#define PAGES (UNTYPED_RAM_MAX >> UNTYPED_PAGE_BITS)
#define PAGE_SIZE (1u << UNTYPED_PAGE_BITS)

static REPLICA_LOCAL struct {
  word_t left; /* pages with a set bit */
  word_t page; /* all below are done */
  uint32_t due[PAGES / 32];
} fresh;

static void clear(word_t page) {
  arch_lines_clear(arch_ptr(RAM_BASE + (page << UNTYPED_PAGE_BITS)),
                   PAGE_SIZE / ARCH_LINE_BYTES);
  fresh.due[page / 32] &= ~(1u << page % 32);
  fresh.left--;
}

static bool is_due(word_t page) {
  return fresh.due[page / 32] >> page % 32 & 1;
}

void fresh_start(void) {
  fresh.left = 0;
  fresh.page = 0;
  for (word_t i = 0; i < replica.config.ram_size / PAGE_SIZE / 32; i++) {
    fresh.due[i] = ~untyped_dirty[i];
    fresh.left += (word_t)__builtin_popcount(fresh.due[i]);
  }
}

void fresh_used(paddr_t start, paddr_t end) {
  if (fresh.left == 0 || start >= end)
    return;
  word_t last = (end - 1 - RAM_BASE) / PAGE_SIZE;
  for (word_t page = (start - RAM_BASE) / PAGE_SIZE; page <= last; page++)
    if (is_due(page))
      clear(page);
}

void fresh_step(word_t most) {
  while (fresh.left > 0 && most > 0) {
    if (fresh.due[fresh.page / 32] == 0)
      fresh.page = (fresh.page | 31) + 1;
    else if (!is_due(fresh.page))
      fresh.page++;
    else {
      clear(fresh.page);
      most--;
    }
  }
}
