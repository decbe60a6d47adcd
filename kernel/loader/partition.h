/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things lie in a partition, and putting them there. */
#pragma once

#include "abi/boot.h"
#include "loader/elf.h"

/* Canonical addresses; the same for every replica. */
struct partition_plan {
  struct elf_span kernel;
  struct elf_span root;
  struct boot_handover handover; /* fields that are equal for all */
  paddr_t handover_page;
  paddr_t kernel_entry; /* canonical physical */
  bool clear;           /* RAM may hold something */
};

/* Check the executables and lay out a partition; refuses what does not fit. */
void partition_plan(struct partition_plan *plan, word_t replicas);

/*
 * Fill the partition of `replica`.
 * @return Its offset: real address - canonical address.
 */
word_t partition_build(const struct partition_plan *plan, word_t replica);
