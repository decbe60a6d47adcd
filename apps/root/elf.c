/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF of the embedded programs, checked against its bounds. Layouts: System V
 * ABI, Tool Interface Standard ELF 1.2; machine number: ELF for the Arm
 * Architecture.
 */
#include "elf.h"

#include <string.h>

#define ELF_MAGIC 0x464c457fu
#define ELF_CLASS_DATA 0x0101u /* 32 bits, little endian */
#define ELF_MACHINE_ARM 40u
#define ELF_LOAD 1u
#define ELF_WRITE 2u

struct elf_header {
  uint32_t magic;
  uint16_t class_data;
  uint8_t ident[10];
  uint16_t type;
  uint16_t machine;
  uint32_t version;
  uint32_t entry;
  uint32_t program_offset;
  uint32_t section_offset;
  uint32_t flags;
  uint16_t header_size;
  uint16_t program_entry_size;
  uint16_t program_count;
  uint16_t section_entry_size;
  uint16_t section_count;
  uint16_t section_names;
};

struct elf_program {
  uint32_t type;
  uint32_t offset;
  uint32_t address;
  uint32_t physical;
  uint32_t file_size;
  uint32_t memory_size;
  uint32_t flags;
  uint32_t align;
};

_Static_assert(sizeof(struct elf_header) == 52, "ELF");
_Static_assert(sizeof(struct elf_program) == 32, "ELF");

static bool in_file(word_t offset, word_t length, word_t size) {
  return offset <= size && length <= size - offset;
}

static bool header_is_good(const struct elf_header *header, word_t size) {
  return header->magic == ELF_MAGIC && header->class_data == ELF_CLASS_DATA &&
         header->machine == ELF_MACHINE_ARM &&
         header->program_entry_size == sizeof(struct elf_program) &&
         in_file(header->program_offset,
                 header->program_count * sizeof(struct elf_program), size);
}

static bool add_segment(const uint8_t *file, word_t size,
                        const struct elf_program *program, struct elf *elf) {
  if (elf->segment_count == ELF_SEGMENTS_MAX ||
      program->file_size > program->memory_size ||
      !in_file(program->offset, program->file_size, size)) {
    return false;
  }
  elf->segments[elf->segment_count++] = (struct elf_segment){
      .bytes = file + program->offset,
      .file_size = program->file_size,
      .address = program->address,
      .memory_size = program->memory_size,
      .writable = (program->flags & ELF_WRITE) != 0,
  };
  return true;
}

bool elf_read(const uint8_t *file, word_t size, struct elf *elf) {
  struct elf_header header;
  struct elf_program program;
  if (size < sizeof header) {
    return false;
  }
  memcpy(&header, file, sizeof header);
  if (!header_is_good(&header, size)) {
    return false;
  }
  *elf = (struct elf){.entry = header.entry};
  for (word_t i = 0; i < header.program_count; i++) {
    memcpy(&program, file + header.program_offset + i * sizeof program,
           sizeof program);
    if (program.type == ELF_LOAD && !add_segment(file, size, &program, elf)) {
      return false;
    }
  }
  return elf->segment_count > 0;
}
