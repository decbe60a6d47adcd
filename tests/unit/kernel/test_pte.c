/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/pte.c: hardware entries, over all sizes, rights, attributes. */
#include "kernel/pte.h"

#include "harness/check.h"

#define ADDRESS 0x2f000000u /* aligned for every size */

static word_t access_field(word_t entry, enum frame_size size) {
  bool page = size == FRAME_SMALL || size == FRAME_LARGE;
  return (entry >> (page ? 4 : 10)) & 3;
}

static enum pte_kind kind_of(word_t entry, enum frame_size size,
                             enum frame_size *found) {
  return size == FRAME_SMALL || size == FRAME_LARGE
             ? pte_kind_second(entry, found)
             : pte_kind_first(entry, found);
}

static void check_entry(const struct pte_mapping *mapping) {
  word_t entry = pte_encode(mapping);
  enum frame_size found;
  CHECK(kind_of(entry, mapping->size, &found) == PTE_KIND_FRAME,
        "an entry for a frame is one");
  CHECK(found == mapping->size, "of the same size");
  CHECK(pte_address(entry, mapping->size) == ADDRESS, "at its address");
  enum frame_rights rights =
      pte_rights(entry, mapping->size, mapping->withheld);
  bool none = mapping->rights == FRAME_KERNEL_ONLY;
  if (mapping->withheld) {
    CHECK(access_field(entry, mapping->size) == PTE_AP_NONE,
          "nobody gets access to a withheld device by its mapping");
    CHECK(rights == (none ? FRAME_NO_ACCESS : mapping->rights),
          "but the rights that it asked for are remembered");
  } else {
    CHECK(rights == mapping->rights, "rights are those asked for");
  }
}

static void entries_keep_what_they_were_made_from(void) {
  for (word_t i = 0; i < 4 * 4 * 8 * 2; i++) {
    struct pte_mapping mapping = {
        .size = (enum frame_size)(i % 4),
        .rights = (enum frame_rights)(i / 4 % 4),
        .address = ADDRESS,
        .attributes = i / 16 % 8,
        .withheld = i / 128 != 0,
    };
    check_entry(&mapping);
  }
}

/* Bits: Arm ARM DDI 0406C B3.5.1. */
static void known_entries_are_exact(void) {
  struct pte_mapping code = {FRAME_SMALL, FRAME_READ_WRITE, 0x12345000u,
                             VM_DEFAULT, false};
  CHECK(pte_encode(&code) == 0x12345c7eu,
        "small page: nG, S, TEX 1, AP 3, C, B");
  struct pte_mapping device = {FRAME_SMALL, FRAME_READ_WRITE, 0x021e8000u,
                               VM_EXECUTE_NEVER, false};
  CHECK(pte_encode(&device) == 0x021e8c33u,
        "a device is strongly ordered and execute-never");
  device.withheld = true;
  CHECK(pte_encode(&device) == 0x021e8c07u,
        "withheld: no access, S and B for what may be asked");
  struct pte_mapping section = {FRAME_SECTION, FRAME_READ_ONLY, 0x12300000u,
                                VM_DEFAULT, false};
  CHECK(pte_encode(&section) == 0x1233180eu,
        "section: nG, S, TEX 1, AP 2, C, B");
}

static void other_entries_are_told_apart(void) {
  enum frame_size size;
  CHECK(pte_kind_first(0, &size) == PTE_KIND_INVALID, "0 maps nothing");
  CHECK(pte_kind_second(0, &size) == PTE_KIND_INVALID, "on both levels");
  CHECK(pte_kind_first(0x10000400u | PTE_TABLE, &size) == PTE_KIND_TABLE,
        "a table is no frame");
}

/* For every size and right: protection is seen, reversible, and no right. */
static void write_protection_forgets_nothing(void) {
  for (word_t i = 0; i < 4 * 4 * 8; i++) {
    struct pte_mapping mapping = {
        .size = (enum frame_size)(i % 4),
        .rights = (enum frame_rights)(i / 4 % 4),
        .address = ADDRESS,
        .attributes = i / 16,
        .withheld = false,
    };
    word_t entry = pte_encode(&mapping);
    bool writable = mapping.rights == FRAME_READ_WRITE;
    CHECK(pte_user_writable(entry, mapping.size) == writable,
          "writable by the user is what he may write");
    CHECK(!pte_is_protected(entry, mapping.size),
          "no fresh mapping is write-protected");
    if (!writable)
      continue;
    word_t shut = pte_protect(entry, mapping.size);
    CHECK(pte_is_protected(shut, mapping.size), "protection is seen");
    CHECK(pte_unprotect(shut, mapping.size) == entry, "and leaves no trace");
    CHECK(pte_rights(shut, mapping.size, false) == mapping.rights,
          "the user's rights are still known");
    CHECK(pte_address(shut, mapping.size) == ADDRESS, "and the address");
  }
}

int main(void) {
  entries_keep_what_they_were_made_from();
  known_entries_are_exact();
  other_entries_are_told_apart();
  write_protection_forgets_nothing();
  return check_report("pte");
}
