/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executables: System V ABI "Executable and Linking Format", ELF for the Arm
 * architecture IHI 0044. Nothing in a file is believed before it is checked,
 * and every access stays inside the part.
 */
#include "loader/elf.h"
#include "loader/memory.h"
#include "loader/report.h"

struct elf_header {
  uint8_t ident[16];
  uint16_t type;
  uint16_t machine;
  uint32_t version;
  uint32_t entry;
  uint32_t phoff;
  uint32_t shoff;
  uint32_t flags;
  uint16_t ehsize;
  uint16_t phentsize;
  uint16_t phnum;
  uint16_t shentsize;
  uint16_t shnum;
  uint16_t shstrndx;
};

struct elf_segment {
  uint32_t type;
  uint32_t offset;
  uint32_t vaddr;
  uint32_t paddr;
  uint32_t filesz;
  uint32_t memsz;
  uint32_t flags;
  uint32_t align;
};

_Static_assert(sizeof(struct elf_header) == 52, "ELF32");
_Static_assert(sizeof(struct elf_segment) == 32, "ELF32");

#define TYPE_EXECUTABLE 2
#define MACHINE_ARM 40
#define SEGMENT_LOAD 1
#define SEGMENTS_MAX 16

static const struct elf_header *header_of(const struct part *part) {
  return (const struct elf_header *)(const void *)part->start;
}

static const struct elf_segment *segments_of(const struct part *part) {
  return (const struct elf_segment *)(const void *)(part->start +
                                                    header_of(part)->phoff);
}

static bool ident_ok(const struct elf_header *header) {
  static const uint8_t ident[] = {
      0x7f, 'E', 'L', 'F', 1 /* 32 bit */, 1 /* little endian */, 1};
  for (word_t i = 0; i < sizeof(ident); i++) {
    if (header->ident[i] != ident[i]) {
      return false;
    }
  }
  return header->type == TYPE_EXECUTABLE && header->machine == MACHINE_ARM;
}

static void header_check(const struct part *part) {
  const struct elf_header *header = header_of(part);
  if (part->size < sizeof(*header) || !ident_ok(header)) {
    report_refuse(part->name, "not a 32-bit ARM executable");
  }
  uint64_t end = header->phoff + (uint64_t)header->phnum * 32;
  if (header->phentsize != sizeof(struct elf_segment) || header->phnum == 0 ||
      header->phnum > SEGMENTS_MAX || header->phoff % 4 != 0 ||
      end > part->size) {
    report_refuse(part->name, "bad program headers (%u at %x)",
                  (word_t)header->phnum, header->phoff);
  }
}

static void segment_check(const struct part *part,
                          const struct elf_segment *segment) {
  if ((uint64_t)segment->offset + segment->filesz > part->size ||
      segment->filesz > segment->memsz ||
      (uint64_t)segment->vaddr + segment->memsz > 0xffffffffu) {
    report_refuse(part->name, "segment at %x leaves its bounds",
                  segment->vaddr);
  }
}

/* No byte of the image comes from two segments. */
static void overlap_check(const struct part *part, word_t index) {
  const struct elf_segment *segments = segments_of(part);
  const struct elf_segment *a = &segments[index];
  for (word_t i = 0; i < index; i++) {
    const struct elf_segment *b = &segments[i];
    if (b->type == SEGMENT_LOAD && a->vaddr < b->vaddr + b->memsz &&
        b->vaddr < a->vaddr + a->memsz) {
      report_refuse(part->name, "segments at %x and %x overlap", b->vaddr,
                    a->vaddr);
    }
  }
}

struct elf_span elf_check(const struct part *part) {
  header_check(part);
  struct elf_span span = {.vaddr_start = 0xffffffffu,
                          .entry = header_of(part)->entry};
  const struct elf_segment *segments = segments_of(part);
  for (word_t i = 0; i < header_of(part)->phnum; i++) {
    const struct elf_segment *segment = &segments[i];
    if (segment->type != SEGMENT_LOAD || segment->memsz == 0) {
      continue;
    }
    segment_check(part, segment);
    overlap_check(part, i);
    if (segment->vaddr < span.vaddr_start) {
      span.vaddr_start = segment->vaddr;
      span.paddr_start = segment->paddr;
    }
    if (segment->vaddr + segment->memsz > span.vaddr_end) {
      span.vaddr_end = segment->vaddr + segment->memsz;
    }
  }
  if (span.entry < span.vaddr_start || span.entry >= span.vaddr_end) {
    report_refuse(part->name, "entry %x lies outside its segments", span.entry);
  }
  return span;
}

void elf_load(const struct part *part, const struct elf_span *span,
              uint8_t *dest, word_t bytes) {
  const struct elf_segment *segments = segments_of(part);
  memory_clear(dest, bytes);
  for (word_t i = 0; i < header_of(part)->phnum; i++) {
    const struct elf_segment *segment = &segments[i];
    if (segment->type == SEGMENT_LOAD && segment->memsz != 0) {
      memory_copy(dest + (segment->vaddr - span->vaddr_start),
                  part->start + segment->offset, segment->filesz);
    }
  }
}
