/* SPDX-License-Identifier: BSD-2-Clause */
/* Executables of the payload: 32-bit little-endian ARM ELF files. */
#pragma once

#include "abi/types.h"
#include "loader/payload.h"

/* What of an executable matters to its loader. */
struct elf_span {
  vaddr_t vaddr_start; /* lowest address of any segment */
  vaddr_t vaddr_end;   /* one past the highest, not rounded */
  paddr_t paddr_start; /* physical address of the lowest segment */
  vaddr_t entry;
};

/* Check all headers against the file's bounds; refuses to boot if wrong. */
struct elf_span elf_check(const struct part *part);

/* Clear `bytes` at real address `dest` and copy the segments there. */
void elf_load(const struct part *part, const struct elf_span *span,
              uint8_t *dest, word_t bytes);
