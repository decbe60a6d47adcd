/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading of the embedded programs: ELF, 32 bits, little endian, ARM. */
#pragma once

#include "abi/types.h"

#define ELF_SEGMENTS_MAX 4

struct elf_segment {
  const uint8_t *bytes; /* contents in the file */
  word_t file_size;
  vaddr_t address;
  word_t memory_size; /* >= file_size; the rest is zero */
  bool writable;
};

struct elf {
  vaddr_t entry;
  word_t segment_count;
  struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/**
 * Read the header and the loadable segments of the file in `file`.
 * @return False if it is no such ELF, or anything in it leaves the file.
 */
bool elf_read(const uint8_t *file, word_t size, struct elf *elf);
