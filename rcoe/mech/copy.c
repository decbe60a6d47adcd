/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages between partitions; rcoe/copy.h explains. */
#include "rcoe/copy.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/vspace.h"
#include "rcoe/replica.h"
#include "rcoe/tables.h"

#define BLOCKS_PER_PAGE 4u /* of 1 KiB: a bit each in vspace_table_blocks */

struct line {
  uint32_t word[8]; /* moved by multiple-word instructions */
};

#define LINES (COPY_PAGE_SIZE / sizeof(struct line))

paddr_t copy_offset_of(uint32_t of) {
  return (paddr_t)partition_offset_of(of, replica.config.stride);
}

paddr_t copy_paddr(word_t page) {
  return RAM_BASE + (page << UNTYPED_PAGE_BITS);
}

/* Which 1 KiB blocks of a page are hardware tables: four bits. */
static word_t tables_in(word_t page) {
  word_t first = page * BLOCKS_PER_PAGE;
  return vspace_table_blocks[first / 32] >> (first % 32) & 0xf;
}

bool copy_is_shared(word_t page) {
  paddr_t paddr = copy_paddr(page);
  return untyped_is_dirty(paddr) && !arch_is_replica_local(paddr);
}

void *copy_open_real(paddr_t real) {
  arch_devices_open();
  return arch_foreign_map(real);
}

/*
 * A replica that is wrong about where partitions lie would write to one that
 * is live: it has failed, and is taken away before it does.
 */
void *copy_open(uint32_t of, word_t page) {
  kernel_assert(copy_offset_of(replica.self) == arch_partition_offset());
  return copy_open_real(copy_paddr(page) + copy_offset_of(of));
}

/* Who comes here by a wrong turn would overwrite a healthy one. */
void *copy_open_to(uint32_t to, word_t page) {
  kernel_assert(!(replica.cycle.live >> to & 1));
  return copy_open(to, page);
}

void copy_close(void) {
  arch_foreign_unmap(true);
  arch_devices_close();
}

/* The same, of a page that was only read. */
static void copy_close_unwritten(void) {
  arch_foreign_unmap(false);
  arch_devices_close();
}

void copy_clear(uint32_t to, word_t page) {
  struct line *line = copy_open_to(to, page);
  for (word_t i = 0; i < LINES; i++)
    line[i] = (struct line){{0}};
  copy_close();
}

/* ---- hashing ------------------------------------------------------------- */

/* Hash of the page `words`, which belongs to the partition of `of`. */
static struct page_hash hash_at(const word_t *words, word_t page, uint32_t of) {
  struct page_hash hash = PAGE_HASH_INITIAL;
  paddr_t block = copy_paddr(page);
  word_t tables = tables_in(page);
  if (!tables) {
    page_hash_words(&hash, words, COPY_PAGE_SIZE / sizeof(*words));
    return hash;
  }
  for (word_t i = 0; i < BLOCKS_PER_PAGE; i++) {
    if (tables >> i & 1)
      tables_hash(&hash, words, block, of);
    else
      page_hash_words(&hash, words, TABLES_BLOCK_WORDS);
    words += TABLES_BLOCK_WORDS;
    block += 1u << VSPACE_BLOCK_BITS;
  }
  return hash;
}

struct page_hash copy_hash(word_t page) {
  return hash_at(arch_ptr(copy_paddr(page)), page, replica.self);
}

struct page_hash copy_hash_of(uint32_t of, word_t page) {
  struct page_hash hash = hash_at(copy_open(of, page), page, of);
  copy_close_unwritten();
  return hash;
}

/* ---- copying ------------------------------------------------------------- */

static void translate(word_t *words, word_t page, uint32_t from, uint32_t to) {
  word_t tables = tables_in(page);
  for (word_t i = 0; i < BLOCKS_PER_PAGE; i++)
    if (tables >> i & 1)
      tables_translate(words + i * TABLES_BLOCK_WORDS,
                       copy_paddr(page) + (i << VSPACE_BLOCK_BITS), from, to);
}

static void copy_lines(struct line *to, const struct line *from) {
  for (word_t i = 0; i < LINES; i++)
    to[i] = from[i];
}

struct page_hash copy_page_to(uint32_t to, word_t page) {
  const void *own = arch_ptr(copy_paddr(page));
  void *foreign = copy_open_to(to, page);
  copy_lines(foreign, own);
  translate(foreign, page, replica.self, to);
  struct page_hash hash = hash_at(foreign, page, to);
  copy_close();
  return hash;
}

/*
 * The own page may be code that this core has executed, or constants that are
 * write-protected, so it is written through the foreign window too, by way of
 * a private page.
 */
void copy_page_from(uint32_t from, word_t page) {
  static REPLICA_LOCAL struct line between[LINES];
  copy_lines(between, copy_open(from, page));
  copy_close_unwritten();
  word_t *words = (word_t *)(void *)between;
  translate(words, page, from, replica.self);
  struct line *own = copy_open(replica.self, page);
  tables_keep_window(words, copy_paddr(page));
  copy_lines(own, between);
  copy_close();
  arch_cache_unify_instruction(arch_ptr(copy_paddr(page)), COPY_PAGE_SIZE);
  arch_tlb_flush_all();
}
