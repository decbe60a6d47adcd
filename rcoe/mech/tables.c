/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables without what differs; rcoe/tables.h has the list. */
#include "rcoe/tables.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/pte.h"
#include "rcoe/copy.h"
#include "rcoe/replica.h"

#define PTE_USED 3u /* an entry with neither bit maps nothing */
#define SHARED_PAGES (SHARED_BLOCK_SIZE / COPY_PAGE_SIZE)

/* An entry of the shared region's table, from the form of replica `of` to the
   common one and back. */
static word_t exchange(word_t entry, word_t index, uint32_t of) {
  return index / SHARED_PAGES == of ? entry ^ PTE_PAGE_APX : entry;
}

/* Does it point into the partition at `offset`? */
static bool points_inside(word_t entry, paddr_t offset) {
  return entry - offset - RAM_BASE < replica.config.ram_size &&
         (entry & PTE_USED);
}

static word_t canonical(word_t entry, paddr_t offset) {
  return points_inside(entry, offset) ? entry - offset : entry;
}

/* Entries are mostly 0. */
void tables_hash(struct page_hash *hash, const word_t *entry, paddr_t block,
                 uint32_t of) {
  paddr_t offset = copy_offset_of(of);
  bool shared = block == arch_shared_table();
  for (word_t i = 0; i < TABLES_BLOCK_WORDS; i += PAGE_HASH_GROUP, entry += 4) {
    word_t w[PAGE_HASH_GROUP] = {0};
    if (entry[0] | entry[1] | entry[2] | entry[3])
      for (word_t k = 0; k < PAGE_HASH_GROUP; k++) {
        word_t own = shared ? exchange(entry[k], i + k, of) : entry[k];
        w[k] = canonical(own, offset);
      }
    page_hash_group(hash, w);
  }
}

void tables_translate(word_t *entry, paddr_t block, uint32_t from,
                      uint32_t to) {
  paddr_t offset = copy_offset_of(from);
  bool shared = block == arch_shared_table();
  if (block == arch_foreign_table())
    entry[0] = 0;
  for (word_t i = 0; i < TABLES_BLOCK_WORDS; i++) {
    if (!entry[i])
      continue;
    if (shared)
      entry[i] = exchange(exchange(entry[i], i, from), i, to);
    if (points_inside(entry[i], offset))
      entry[i] += copy_offset_of(to) - offset;
  }
}

void tables_keep_window(word_t *words, paddr_t paddr) {
  paddr_t window = arch_foreign_table();
  if (window - paddr < COPY_PAGE_SIZE)
    words[(window - paddr) / sizeof(*words)] = *(word_t *)arch_ptr(window);
}
