/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Short descriptors for user frames. RAM is shareable, write-back and
 * write-allocate whatever the user asked, but for "not cacheable", which is
 * strongly ordered. All user entries are not global and in domain 0.
 */
#include "kernel/pte.h"
#include "kernel/compiler.h"

/* Where a descriptor of each size has its fields. */
static const struct pte_layout {
  word_t fixed;   /* type, shareable, not global */
  word_t address; /* mask */
  word_t tex1;    /* TEX = 1: with C and B write-back write-allocate */
  word_t xn;
  word_t apx;
  word_t ap_shift;
} layouts[] = {
    [FRAME_SMALL] = {PTE_SMALL | PTE_PAGE_S | PTE_PAGE_NG, PTE_SMALL_ADDRESS,
                     PTE_SMALL_TEX(1), PTE_SMALL_XN, PTE_PAGE_APX, 4},
    [FRAME_LARGE] = {PTE_LARGE | PTE_PAGE_S | PTE_PAGE_NG, PTE_LARGE_ADDRESS,
                     PTE_LARGE_TEX(1), PTE_LARGE_XN, PTE_PAGE_APX, 4},
    [FRAME_SECTION] = {PTE_SECTION | PTE_SECTION_S | PTE_SECTION_NG,
                       PTE_SECTION_ADDRESS, PTE_SECTION_TEX(1), PTE_SECTION_XN,
                       PTE_SECTION_APX, 10},
    [FRAME_SUPERSECTION] = {PTE_SECTION | PTE_SUPERSECTION | PTE_SECTION_S |
                                PTE_SECTION_NG,
                            PTE_SUPERSECTION_ADDRESS, PTE_SECTION_TEX(1),
                            PTE_SECTION_XN, PTE_SECTION_APX, 10},
};

static word_t protection(const struct pte_mapping *mapping,
                         const struct pte_layout *layout) {
  if (!mapping->withheld) { /* rights are numbered like the AP field */
    return (word_t)mapping->rights << layout->ap_shift;
  }
  word_t kernel = PTE_AP_KERNEL << layout->ap_shift;
  switch (mapping->rights) {
  case FRAME_READ_WRITE:
    return kernel;
  case FRAME_READ_ONLY:
    return kernel | layout->apx;
  case FRAME_KERNEL_ONLY:
  case FRAME_NO_ACCESS:
    break;
  }
  return PTE_AP_NONE;
}

word_t pte_encode(const struct pte_mapping *mapping) {
  const struct pte_layout *layout = &layouts[mapping->size];
  word_t entry = (mapping->address & layout->address) | layout->fixed;
  if ((mapping->attributes & VM_CACHEABLE) != 0) {
    entry |= layout->tex1 | PTE_C | PTE_B;
  }
  if ((mapping->attributes & VM_EXECUTE_NEVER) != 0) {
    entry |= layout->xn;
  }
  return entry | protection(mapping, layout);
}

enum pte_kind pte_kind_first(word_t entry, enum frame_size *size) {
  if ((entry & PTE_TYPE_MASK) == PTE_INVALID) {
    return PTE_KIND_INVALID;
  }
  if ((entry & PTE_TYPE_MASK) == PTE_TABLE) {
    return PTE_KIND_TABLE;
  }
  *size = (entry & PTE_SUPERSECTION) != 0 ? FRAME_SUPERSECTION : FRAME_SECTION;
  return PTE_KIND_FRAME;
}

enum pte_kind pte_kind_second(word_t entry, enum frame_size *size) {
  if ((entry & PTE_TYPE_MASK) == PTE_INVALID) {
    return PTE_KIND_INVALID;
  }
  *size = (entry & PTE_SMALL) != 0 ? FRAME_SMALL : FRAME_LARGE;
  return PTE_KIND_FRAME;
}

paddr_t pte_address(word_t entry, enum frame_size size) {
  return entry & layouts[size].address;
}

enum frame_rights pte_rights(word_t entry, enum frame_size size,
                             bool withheld) {
  const struct pte_layout *layout = &layouts[size];
  word_t ap = (entry >> layout->ap_shift) & 3;
  if (!withheld) {
    return (enum frame_rights)ap;
  }
  if (ap == PTE_AP_NONE) {
    return FRAME_NO_ACCESS;
  }
  return (entry & layout->apx) != 0 ? FRAME_READ_ONLY : FRAME_READ_WRITE;
}

bool pte_user_writable(word_t entry, enum frame_size size) {
  return ((entry >> layouts[size].ap_shift) & 3) == PTE_AP_USER_WRITE;
}

bool pte_is_protected(word_t entry, enum frame_size size) {
  return pte_user_writable(entry, size) && (entry & layouts[size].apx) != 0;
}

word_t pte_protect(word_t entry, enum frame_size size) {
  return entry | layouts[size].apx;
}

word_t pte_unprotect(word_t entry, enum frame_size size) {
  return entry & ~layouts[size].apx;
}
