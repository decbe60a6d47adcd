/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hardware page tables. They are the only memory of a replica that holds real
 * addresses: a bitmap says which blocks of RAM are tables, so that whoever
 * compares or copies memory can subtract the partition offset.
 */
#include "kernel/vspace_table.h"
#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/hooks.h"
#include "kernel/vspace.h"

#define SECTION_SHIFT 20
#define PAGE_SHIFT 12
#define SPAN 16u /* entries of a large page or supersection */

word_t vspace_table_blocks[VSPACE_TABLE_WORDS];
static word_t ram_bytes;

void vspace_table_init(word_t ram_size) {
  ram_bytes = ram_size;
}

/* ---- addresses ----------------------------------------------------------- */

bool vspace_is_ram(paddr_t paddr) {
  return paddr - RAM_BASE < ram_bytes;
}

paddr_t vspace_real(paddr_t paddr) {
  return vspace_is_ram(paddr) ? paddr + arch_partition_offset() : paddr;
}

bool vspace_is_private(paddr_t real) {
  return vspace_is_ram(real - arch_partition_offset());
}

paddr_t vspace_canonical(paddr_t real) {
  return vspace_is_private(real) ? real - arch_partition_offset() : real;
}

/* The offset has no bits where entries hold anything but an address. */
word_t vspace_entry_canonical(word_t entry) {
  return vspace_canonical(entry);
}

/* ---- entries ------------------------------------------------------------- */

static word_t *first_level(paddr_t pd, vaddr_t vaddr) {
  return (word_t *)arch_ptr(pd) + (vaddr >> SECTION_SHIFT);
}

/* Entry in the second-level table that `first` names. */
static word_t *second_level(word_t first, vaddr_t vaddr) {
  paddr_t table = vspace_canonical(first & PTE_TABLE_ADDRESS);
  return (word_t *)arch_ptr(table) +
         ((vaddr >> PAGE_SHIFT) & (PTE_SECOND_ENTRIES - 1));
}

static bool is_page(enum frame_size size) {
  return size == FRAME_SMALL || size == FRAME_LARGE;
}

/* Hardware entries that one frame takes. */
static word_t span_of(enum frame_size size) {
  return size == FRAME_LARGE || size == FRAME_SUPERSECTION ? SPAN : 1;
}

/* Where a frame's entries go; NULL if the page table is missing. */
static word_t *entries_of(paddr_t pd, vaddr_t vaddr, enum frame_size size) {
  word_t *first = first_level(pd, vaddr);
  enum frame_size found;
  if (!is_page(size)) {
    return first;
  }
  return pte_kind_first(*first, &found) == PTE_KIND_TABLE
             ? second_level(*first, vaddr)
             : NULL;
}

static enum pte_kind kind_of(word_t entry, enum frame_size wanted,
                             enum frame_size *found) {
  return is_page(wanted) ? pte_kind_second(entry, found)
                         : pte_kind_first(entry, found);
}

enum err vspace_table_check(const struct vspace *space, vaddr_t vaddr,
                            enum frame_size size, struct lookup_fault *fault) {
  const word_t *entries = entries_of(space->pd, vaddr, size);
  if (entries == NULL) {
    lookup_fault_missing(fault, SECTION_SHIFT);
    return ERR_FAILED_LOOKUP;
  }
  for (word_t i = 0; i < span_of(size); i++) {
    enum frame_size found = size;
    enum pte_kind kind = kind_of(entries[i], size, &found);
    if (kind == PTE_KIND_TABLE || (kind == PTE_KIND_FRAME && found != size)) {
      return ERR_DELETE_FIRST;
    }
  }
  return ERR_NONE;
}

static void set_entries(const struct vspace *space, vaddr_t vaddr,
                        enum frame_size size, word_t entry) {
  word_t *entries = entries_of(space->pd, vaddr, size);
  for (word_t i = 0; i < span_of(size); i++) {
    entries[i] = entry;
  }
  arch_tlb_flush_page(vaddr, asid_hardware(space->asid));
  hook_object_update(UPDATE_PAGE_TABLE, vaddr, vspace_entry_canonical(entry));
}

void vspace_table_map(const struct vspace *space, vaddr_t vaddr,
                      const struct pte_mapping *mapping) {
  set_entries(space, vaddr, mapping->size, pte_encode(mapping));
}

void vspace_table_unmap(const struct vspace *space, vaddr_t vaddr,
                        enum frame_size size) {
  set_entries(space, vaddr, size, PTE_INVALID);
}

bool vspace_table_find(paddr_t pd, vaddr_t vaddr, struct vspace_place *out) {
  word_t entry = *first_level(pd, vaddr);
  enum pte_kind kind = pte_kind_first(entry, &out->size);
  if (kind == PTE_KIND_TABLE) {
    entry = *second_level(entry, vaddr);
    kind = pte_kind_second(entry, &out->size);
  }
  if (kind != PTE_KIND_FRAME) {
    return false;
  }
  out->entry = entry;
  out->vaddr = vaddr & ~((1u << frame_size_bits(out->size)) - 1);
  return true;
}

bool vspace_table_holds(paddr_t pd, vaddr_t vaddr, paddr_t paddr,
                        enum frame_size size) {
  struct vspace_place place;
  if (!vspace_table_find(pd, vaddr, &place) || place.size != size) {
    return false;
  }
  paddr_t entered = pte_address(place.entry, size);
  return entered == vspace_real(paddr) || entered == paddr;
}

/* The first of entries [i, end) that is not empty, or `end`; by fours. */
static word_t skip_empty(const word_t *entry, word_t i, word_t end) {
  while (i < end && i % 4 == 0 &&
         (entry[i] | entry[i + 1] | entry[i + 2] | entry[i + 3]) == 0) {
    i += 4;
  }
  return i;
}

static void walk_second(word_t first, vspace_visitor *visit) {
  word_t *entry = second_level(first, 0);
  word_t i = skip_empty(entry, 0, PTE_SECOND_ENTRIES);
  while (i < PTE_SECOND_ENTRIES) {
    enum frame_size size;
    if (pte_kind_second(entry[i], &size) == PTE_KIND_FRAME) {
      visit(&entry[i], size);
    }
    i = skip_empty(entry, i + 1, PTE_SECOND_ENTRIES);
  }
}

void vspace_table_walk(paddr_t pd, vspace_visitor *visit) {
  const word_t end = USER_TOP >> SECTION_SHIFT;
  word_t *first = first_level(pd, 0);
  for (word_t i = skip_empty(first, 0, end); i < end;
       i = skip_empty(first, i + 1, end)) {
    enum frame_size size;
    enum pte_kind kind = pte_kind_first(first[i], &size);
    if (kind == PTE_KIND_TABLE) {
      walk_second(first[i], visit);
    } else if (kind == PTE_KIND_FRAME) {
      visit(&first[i], size);
    }
  }
}

word_t *vspace_table_entry(paddr_t pd, vaddr_t vaddr, enum frame_size *size) {
  word_t *entry = first_level(pd, vaddr);
  enum pte_kind kind = pte_kind_first(*entry, size);
  if (kind == PTE_KIND_TABLE) {
    entry = second_level(*entry, vaddr);
    kind = pte_kind_second(*entry, size);
  }
  return kind == PTE_KIND_FRAME ? entry : NULL;
}

/* ---- page tables --------------------------------------------------------- */

bool vspace_table_is_free(paddr_t pd, vaddr_t vaddr) {
  return *first_level(pd, vaddr) == PTE_INVALID;
}

void vspace_table_enter(const struct vspace *space, vaddr_t vaddr,
                        paddr_t table) {
  word_t entry = vspace_real(table) | PTE_TABLE;
  *first_level(space->pd, vaddr) = entry;
  arch_tlb_flush_page(vaddr, asid_hardware(space->asid));
  hook_object_update(UPDATE_PAGE_TABLE, vaddr, vspace_entry_canonical(entry));
}

void vspace_table_remove(const struct vspace *space, vaddr_t vaddr,
                         paddr_t table) {
  word_t *entry = first_level(space->pd, vaddr);
  if (*entry != (vspace_real(table) | PTE_TABLE)) {
    return;
  }
  *entry = PTE_INVALID;
  arch_tlb_flush_asid(asid_hardware(space->asid));
  hook_object_update(UPDATE_PAGE_TABLE, vaddr, PTE_INVALID);
}

/* ---- which memory is a table --------------------------------------------- */

static word_t table_bits(enum object_type type) {
  return type == OBJECT_PAGE_DIRECTORY ? PAGE_DIRECTORY_BITS : PAGE_TABLE_BITS;
}

static void mark(paddr_t paddr, word_t size_bits, bool is_table) {
  word_t first = (paddr - RAM_BASE) >> VSPACE_BLOCK_BITS;
  word_t count = 1u << (size_bits - VSPACE_BLOCK_BITS);
  for (word_t i = first; i < first + count; i++) {
    word_t bit = 1u << (i % WORD_BITS);
    if (is_table) {
      vspace_table_blocks[i / WORD_BITS] |= bit;
    } else {
      vspace_table_blocks[i / WORD_BITS] &= ~bit;
    }
  }
}

void vspace_table_mark(paddr_t paddr, word_t size_bits) {
  mark(paddr, size_bits, true);
}

void vspace_table_begin(enum object_type type, paddr_t paddr) {
  mark(paddr, table_bits(type), true);
  if (type == OBJECT_PAGE_DIRECTORY) {
    arch_vspace_init(arch_ptr(paddr));
  }
}

void vspace_table_end(enum object_type type, paddr_t paddr) {
  word_t *entry = arch_ptr(paddr);
  for (word_t i = 0; i < (1u << table_bits(type)) / sizeof(word_t); i++) {
    entry[i] = PTE_INVALID;
  }
  mark(paddr, table_bits(type), false);
}
