/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flips go through the emulator's own physical access, which also drops
 * translated code; bulk reads use its direct mapping for speed.
 */
#include "memory.h"

#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "emulator.h"

#define PAGE 4096u
#define WORDS (PAGE / sizeof(uint64_t))

void memory_flip(uint64_t address, uint8_t mask) {
  uint8_t byte = 0;

  emulator.cpu_physical_memory_rw(address, &byte, 1, false);
  byte ^= mask;
  emulator.cpu_physical_memory_rw(address, &byte, 1, true);
}

/* Called for each page that is not all zero. @return false to stop. */
typedef bool (*page_visitor)(uint64_t address, const uint64_t *words,
                             void *opaque);

static bool page_is_zero(const uint64_t *words) {
  uint64_t all = 0;

  for (size_t i = 0; i < WORDS; i++) {
    all |= words[i];
  }
  return all == 0;
}

static bool visit_pages(struct span span, page_visitor visit, void *opaque) {
  uint64_t at = span.start;

  while (at < span.end) {
    uint64_t mapped = span.end - at;
    uint8_t *bytes = emulator.cpu_physical_memory_map(at, &mapped, false);
    bool good = bytes != NULL && mapped >= PAGE;
    for (uint64_t done = 0; good && done + PAGE <= mapped; done += PAGE) {
      const uint64_t *words = (const uint64_t *)(void *)(bytes + done);
      good = page_is_zero(words) || visit(at + done, words, opaque);
    }
    if (bytes != NULL) {
      emulator.cpu_physical_memory_unmap(bytes, mapped, false, 0);
    }
    if (!good) {
      return false;
    }
    at += mapped;
  }
  return true;
}

struct dump {
  int file;
  uint64_t start;
};

static bool dump_page(uint64_t address, const uint64_t *words, void *opaque) {
  const struct dump *dump = opaque;

  return pwrite(dump->file, words, PAGE, (off_t)(address - dump->start)) ==
         (ssize_t)PAGE;
}

bool memory_dump(uint64_t start, uint64_t length, const char *file) {
  struct dump dump = {open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666), start};
  struct span span = {start, start + length};
  bool good = dump.file >= 0 && ftruncate(dump.file, (off_t)length) == 0 &&
              visit_pages(span, dump_page, &dump);

  if (dump.file >= 0) {
    good = close(dump.file) == 0 && good;
  }
  return good;
}

struct digest {
  const struct digest_range *range;
  uint64_t value;
};

/* One round of a multiply-and-fold hash: fast, and every bit counts. */
static uint64_t fold(uint64_t state, uint64_t word) {
  state = (state ^ word) * 0x9e3779b97f4a7c15u;
  return state ^ state >> 29;
}

static bool is_skipped(const struct digest_range *range, uint64_t address) {
  for (size_t i = 0; i < range->skip_count; i++) {
    if (address >= range->skips[i].start && address < range->skips[i].end) {
      return true;
    }
  }
  return false;
}

static bool digest_page(uint64_t address, const uint64_t *words, void *opaque) {
  struct digest *digest = opaque;

  if (!is_skipped(digest->range, address)) {
    digest->value = fold(digest->value, address - digest->range->all.start);
    for (size_t i = 0; i < WORDS; i++) {
      digest->value = fold(digest->value, words[i]);
    }
  }
  return true;
}

uint64_t memory_digest(const struct digest_range *range) {
  struct digest digest = {range, 0x5472697265656d65u};

  visit_pages(range->all, digest_page, &digest);
  return digest.value;
}
