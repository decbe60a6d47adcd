/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hardware entries that map frames for user mode: encoding and decoding. Pure;
 * the bit layout is in arch/types.h.
 *
 * A device that user mode may not reach itself keeps its mapping all the same,
 * so that device calls can be checked against the rights that the user asked
 * for: B says that it may be read, S that it may be written. Nobody may access
 * it by that mapping (AP 0), where these bits mean nothing to the hardware.
 */
#pragma once

#include "abi/types.h"
#include "arch/types.h"
#include "kernel/cap.h"

enum pte_kind {
  PTE_KIND_INVALID = 0,
  PTE_KIND_TABLE = 1, /* first level only */
  PTE_KIND_FRAME = 2,
};

struct pte_mapping {
  enum frame_size size;
  enum frame_rights rights; /* as the user asked for, reduced by the cap */
  paddr_t address;          /* real */
  word_t attributes;        /* VM_* */
  bool withheld;            /* a device without direct user access */
};

/* Entry for a frame; first level for sections and supersections. */
word_t pte_encode(const struct pte_mapping *mapping);

/* What kind of entry of that level is it; size of a frame to `size`. */
enum pte_kind pte_kind_first(word_t entry, enum frame_size *size);
enum pte_kind pte_kind_second(word_t entry, enum frame_size *size);

/* Real address that an entry for a frame of `size` holds. */
paddr_t pte_address(word_t entry, enum frame_size size);

/* Rights of the user, as in pte_mapping. */
enum frame_rights pte_rights(word_t entry, enum frame_size size, bool withheld);

/*
 * Write protection of a frame that the user may write, without forgetting that
 * he may: APX on top of the user's rights. No other user mapping has both.
 */
bool pte_user_writable(word_t entry, enum frame_size size);
bool pte_is_protected(word_t entry, enum frame_size size);
word_t pte_protect(word_t entry, enum frame_size size);
word_t pte_unprotect(word_t entry, enum frame_size size);
