/* SPDX-License-Identifier: BSD-2-Clause */
/* Which user pages are written meanwhile; rcoe/track.h explains. */
#include "rcoe/track.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/compiler.h"
#include "kernel/pte.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"

#define PAGE_BITS UNTYPED_PAGE_BITS
#define PAGE_SIZE (1u << PAGE_BITS)
#define PAGES (UNTYPED_RAM_MAX >> PAGE_BITS)
#define SECTION_OFFSET 0x000fffffu
#define SECTION_PAGES 256u
#define LARGE_PAGES 16u
#define SPAN 16u /* entries of a large page or supersection */

/* DFSR, Arm ARM DDI 0406C B3.13.3: permission faults; bit 11: a write. */
#define STATUS_CODE 0x40fu
#define STATUS_PERMISSION_SECTION 0x00du
#define STATUS_PERMISSION_PAGE 0x00fu
#define STATUS_WRITE (1u << 11)

static REPLICA_LOCAL bool tracking;
static REPLICA_LOCAL uint32_t user[PAGES / 32];
static REPLICA_LOCAL uint32_t dirty[PAGES / 32];

static void set(uint32_t *map, paddr_t paddr, word_t pages) {
  if (!vspace_is_ram(paddr))
    return;
  word_t first = (paddr - RAM_BASE) >> PAGE_BITS;
  for (word_t page = first; page < first + pages && page < PAGES; page++)
    map[page / 32] |= 1u << (page % 32);
}

static void clear_all(uint32_t *map) {
  for (word_t i = 0; i < PAGES / 32; i++)
    map[i] = 0;
}

uint32_t track_dirty_pages(word_t word) {
  return dirty[word];
}

uint32_t track_unwritten_pages(word_t word) {
  return user[word] & ~dirty[word];
}

bool track_is_user(word_t page) {
  return user[page / 32] >> (page % 32) & 1;
}

/* ---- all user mappings --------------------------------------------------- */

static word_t pages_of(enum frame_size size) {
  return 1u << (frame_size_bits(size) - PAGE_BITS);
}

static void protect(word_t *entry, enum frame_size size) {
  paddr_t paddr = vspace_canonical(pte_address(*entry, size));
  if (!vspace_is_ram(paddr))
    return;
  set(user, paddr, pages_of(size));
  if (pte_user_writable(*entry, size))
    *entry = pte_protect(*entry, size);
}

void track_start(void) {
  clear_all(user);
  clear_all(dirty);
  tracking = true;
  for (word_t asid = asid_next(0); asid; asid = asid_next(asid))
    vspace_table_walk(asid_page_directory(asid), protect);
  arch_tlb_flush_all();
}

void track_resume(void) {
  tracking = true;
}

/* ---- single events ------------------------------------------------------- */

static bool is_refused_write(word_t status) {
  word_t code = status & STATUS_CODE;
  return (status & STATUS_WRITE) &&
         (code == STATUS_PERMISSION_PAGE || code == STATUS_PERMISSION_SECTION);
}

/* A large page or supersection stands in 16 equal entries. */
static void unprotect_span(word_t *entry, enum frame_size size) {
  bool many = size == FRAME_LARGE || size == FRAME_SUPERSECTION;
  word_t span = many ? SPAN : 1;
  entry -= ((word_t)entry / sizeof(*entry)) % span;
  for (word_t i = 0; i < span; i++)
    entry[i] = pte_unprotect(entry[i], size);
  arch_tlb_flush_all();
}

bool track_denied(vaddr_t address, word_t status) {
  enum frame_size size;
  paddr_t pd = vspace_current();
  if (!tracking || !is_refused_write(status) || address >= USER_TOP || !pd)
    return false;
  word_t *entry = vspace_table_entry(pd, address, &size);
  if (!entry || !pte_is_protected(*entry, size))
    return false;
  set(dirty, vspace_canonical(pte_address(*entry, size)), pages_of(size));
  unprotect_span(entry, size);
  return true;
}

void track_written(paddr_t paddr) {
  if (tracking)
    set(dirty, paddr, 1);
}

void track_used(paddr_t start, paddr_t end) {
  if (tracking && start < end)
    set(dirty, start,
        (end - 1 - RAM_BASE) / PAGE_SIZE - (start - RAM_BASE) / PAGE_SIZE + 1);
}

/*
 * The entry does not tell which level it stands in, so all that it might map
 * is taken for dirty: too much costs a copy, too little a replica.
 */
void track_mapped(vaddr_t vaddr, word_t entry) {
  if (!tracking || entry == 0)
    return;
  set(dirty, entry & PTE_SMALL_ADDRESS, 1);
  set(dirty, entry & PTE_LARGE_ADDRESS, LARGE_PAGES);
  if ((vaddr & SECTION_OFFSET) == 0)
    set(dirty, entry & PTE_SECTION_ADDRESS, SECTION_PAGES);
}
