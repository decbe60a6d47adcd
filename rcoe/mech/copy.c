/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages between partitions; rcoe/copy.h explains. */
#include "rcoe/copy.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"
#include "rcoe/replica.h"

#define BLOCKS_PER_PAGE 4u /* of 1 KiB: a bit each in vspace_table_blocks */
#define WORDS_PER_BLOCK (COPY_PAGE_SIZE / BLOCKS_PER_PAGE / sizeof(word_t))
#define PTE_USED 3u /* an entry with neither bit maps nothing */

struct line {
  uint32_t word[8]; /* moved by multiple-word instructions */
};

#define LINES (COPY_PAGE_SIZE / sizeof(struct line))

paddr_t copy_offset_of(uint32_t of) {
  return (of + 1) * replica.config.stride;
}

paddr_t copy_paddr(word_t page) {
  return RAM_BASE + (page << UNTYPED_PAGE_BITS);
}

word_t copy_tables_in(word_t page) {
  word_t first = page * BLOCKS_PER_PAGE;
  return vspace_table_blocks[first / 32] >> (first % 32) & 0xf;
}

bool copy_is_table(word_t tables, word_t index) {
  return tables >> (index / WORDS_PER_BLOCK) & 1;
}

void *copy_open_real(paddr_t real) {
  arch_devices_open();
  return arch_foreign_map(real);
}

void *copy_open(uint32_t of, word_t page) {
  return copy_open_real(copy_paddr(page) + copy_offset_of(of));
}

void copy_close(void) {
  arch_foreign_unmap();
  arch_devices_close();
}

void copy_clear(uint32_t to, word_t page) {
  struct line *line = copy_open(to, page);
  for (word_t i = 0; i < LINES; i++)
    line[i] = (struct line){{0}};
  copy_close();
}

/* An entry that points into partition `from` points into `to`. */
static word_t translate(word_t entry, paddr_t from, paddr_t to) {
  if ((entry & PTE_USED) == 0 || !vspace_is_ram(entry - from))
    return entry;
  return entry - from + to;
}

static void copy_tables(word_t *to, const word_t *from, word_t tables,
                        const paddr_t *offsets) {
  for (word_t i = 0; i < COPY_PAGE_SIZE / sizeof(*to); i++)
    to[i] = copy_is_table(tables, i)
                ? translate(from[i], offsets[0], offsets[1])
                : from[i];
}

static void copy_lines(struct line *to, const struct line *from) {
  for (word_t i = 0; i < LINES; i++)
    to[i] = from[i];
}

void copy_page_to(uint32_t to, word_t page) {
  const void *own = arch_ptr(copy_paddr(page));
  void *foreign = copy_open(to, page);
  word_t tables = copy_tables_in(page);
  if (tables)
    copy_tables(foreign, own, tables,
                (paddr_t[2]){arch_partition_offset(), copy_offset_of(to)});
  else
    copy_lines(foreign, own);
  copy_close();
}

/*
 * The own page may be code that this core has executed, or constants that are
 * write-protected, so it is written through the foreign window too, by way of
 * a private page.
 */
void copy_page_from(uint32_t from, word_t page) {
  static REPLICA_LOCAL struct line between[LINES];
  word_t tables = copy_tables_in(page);
  copy_lines(between, copy_open(from, page));
  copy_close();
  void *own = copy_open(replica.self, page);
  if (tables)
    copy_tables(own, (const word_t *)(const void *)between, tables,
                (paddr_t[2]){copy_offset_of(from), arch_partition_offset()});
  else
    copy_lines(own, between);
  copy_close();
  arch_cache_unify_instruction(arch_ptr(copy_paddr(page)), COPY_PAGE_SIZE);
  arch_tlb_flush_all();
}
