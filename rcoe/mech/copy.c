/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages between partitions; rcoe/copy.h explains. */
#include "rcoe/copy.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/vspace.h"
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

void *copy_open(uint32_t of, word_t page) {
  return copy_open_real(copy_paddr(page) + copy_offset_of(of));
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
  struct line *line = copy_open(to, page);
  for (word_t i = 0; i < LINES; i++)
    line[i] = (struct line){{0}};
  copy_close();
}

/* ---- hashing ------------------------------------------------------------- */

/* What an entry says, whichever partition it belongs to. Mostly 0. */
static word_t canonical(word_t entry, paddr_t offset) {
  bool inside = entry - offset - RAM_BASE < replica.config.ram_size;
  return inside && (entry & PTE_USED) ? entry - offset : entry;
}

static void hash_table(struct page_hash *hash, const word_t *entry,
                       paddr_t offset) {
  for (word_t i = 0; i < WORDS_PER_BLOCK; i += PAGE_HASH_GROUP, entry += 4) {
    word_t w[PAGE_HASH_GROUP] = {0};
    if (entry[0] | entry[1] | entry[2] | entry[3])
      for (word_t k = 0; k < PAGE_HASH_GROUP; k++)
        w[k] = canonical(entry[k], offset);
    page_hash_group(hash, w);
  }
}

/* Hash of the page `words`, which belongs to the partition at `offset`. */
static struct page_hash hash_at(const word_t *words, word_t page,
                                paddr_t offset) {
  struct page_hash hash = PAGE_HASH_INITIAL;
  word_t tables = tables_in(page);
  if (!tables) {
    page_hash_words(&hash, words, COPY_PAGE_SIZE / sizeof(*words));
    return hash;
  }
  for (word_t i = 0; i < BLOCKS_PER_PAGE; i++, words += WORDS_PER_BLOCK)
    if (tables >> i & 1)
      hash_table(&hash, words, offset);
    else
      page_hash_words(&hash, words, WORDS_PER_BLOCK);
  return hash;
}

struct page_hash copy_hash(word_t page) {
  return hash_at(arch_ptr(copy_paddr(page)), page, arch_partition_offset());
}

struct page_hash copy_hash_of(uint32_t of, word_t page) {
  struct page_hash hash =
      hash_at(copy_open(of, page), page, copy_offset_of(of));
  copy_close_unwritten();
  return hash;
}

/* ---- copying ------------------------------------------------------------- */

/* Entries of tables that point into partition `from` get to point into `to`. */
static void translate(word_t *words, word_t page, paddr_t from, paddr_t to) {
  word_t tables = tables_in(page);
  for (word_t i = 0; tables; i++, tables >>= 1) {
    word_t *entry = words + i * WORDS_PER_BLOCK;
    for (word_t k = 0; (tables & 1) && k < WORDS_PER_BLOCK; k++) {
      word_t plain = entry[k] ? canonical(entry[k], from) : 0;
      if (plain != entry[k])
        entry[k] = plain + to;
    }
  }
}

static void copy_lines(struct line *to, const struct line *from) {
  for (word_t i = 0; i < LINES; i++)
    to[i] = from[i];
}

struct page_hash copy_page_to(uint32_t to, word_t page) {
  const void *own = arch_ptr(copy_paddr(page));
  void *foreign = copy_open(to, page);
  copy_lines(foreign, own);
  translate(foreign, page, arch_partition_offset(), copy_offset_of(to));
  struct page_hash hash = hash_at(foreign, page, copy_offset_of(to));
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
  translate((word_t *)(void *)between, page, copy_offset_of(from),
            arch_partition_offset());
  copy_lines(copy_open(replica.self, page), between);
  copy_close();
  arch_cache_unify_instruction(arch_ptr(copy_paddr(page)), COPY_PAGE_SIZE);
  arch_tlb_flush_all();
}
