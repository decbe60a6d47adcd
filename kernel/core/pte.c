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
  word_t fixed;   /* type, not global */
  word_t address; /* mask */
  word_t shareable;
  word_t tex1; /* TEX = 1: with C and B write-back write-allocate */
  word_t xn;
  word_t apx;
  word_t ap_shift;
} layouts[] = {
    [FRAME_SMALL] = {PTE_SMALL | PTE_PAGE_NG, PTE_SMALL_ADDRESS, PTE_PAGE_S,
                     PTE_SMALL_TEX(1), PTE_SMALL_XN, PTE_PAGE_APX, 4},
    [FRAME_LARGE] = {PTE_LARGE | PTE_PAGE_NG, PTE_LARGE_ADDRESS, PTE_PAGE_S,
                     PTE_LARGE_TEX(1), PTE_LARGE_XN, PTE_PAGE_APX, 4},
    [FRAME_SECTION] = {PTE_SECTION | PTE_SECTION_NG, PTE_SECTION_ADDRESS,
                       PTE_SECTION_S, PTE_SECTION_TEX(1), PTE_SECTION_XN,
                       PTE_SECTION_APX, 10},
    [FRAME_SUPERSECTION] = {PTE_SECTION | PTE_SUPERSECTION | PTE_SECTION_NG,
                            PTE_SUPERSECTION_ADDRESS, PTE_SECTION_S,
                            PTE_SECTION_TEX(1), PTE_SECTION_XN, PTE_SECTION_APX,
                            10},
};

/*
 * What is withheld nobody may access, not even the kernel: a stray store by
 * the user's address must not get to a device. Its memory type is then of no
 * effect, and says what the user may ask for.
 */
#define WITHHELD_READ PTE_B /* device, not strongly ordered */

static word_t withheld(enum frame_rights rights,
                       const struct pte_layout *layout) {
  switch (rights) {
  case FRAME_READ_WRITE:
    return WITHHELD_READ | layout->shareable;
  case FRAME_READ_ONLY:
    return WITHHELD_READ;
  case FRAME_KERNEL_ONLY:
  case FRAME_NO_ACCESS:
    break;
  }
  return 0;
}

word_t pte_encode(const struct pte_mapping *mapping) {
  const struct pte_layout *layout = &layouts[mapping->size];
  word_t entry = (mapping->address & layout->address) | layout->fixed;
  if ((mapping->attributes & VM_EXECUTE_NEVER) != 0) {
    entry |= layout->xn;
  }
  if (mapping->withheld) {
    return entry | PTE_AP_NONE << layout->ap_shift |
           withheld(mapping->rights, layout);
  }
  if ((mapping->attributes & VM_CACHEABLE) != 0) {
    entry |= layout->tex1 | PTE_C | PTE_B;
  }
  /* rights are numbered like the AP field */
  return entry | layout->shareable |
         (word_t)mapping->rights << layout->ap_shift;
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
  if (!withheld) {
    return (enum frame_rights)((entry >> layout->ap_shift) & 3);
  }
  if ((entry & WITHHELD_READ) == 0) {
    return FRAME_NO_ACCESS;
  }
  return (entry & layout->shareable) != 0 ? FRAME_READ_WRITE : FRAME_READ_ONLY;
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
