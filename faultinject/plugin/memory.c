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
#include "options.h"

#define PAGE 4096u
#define WORDS (PAGE / sizeof(uint64_t))

void memory_flip(uint64_t address, uint8_t mask) {
  uint8_t byte = 0;

  emulator.cpu_physical_memory_rw(address, &byte, 1, false);
  byte ^= mask;
  emulator.cpu_physical_memory_rw(address, &byte, 1, true);
}

/* `page` is called for each page that is not all zero; it returns false to
 * stop. */
struct visit {
  bool (*page)(uint64_t address, const uint64_t *words, void *opaque);
  void *opaque;
  int pagemap; /* -1: look at all pages */
};

static bool page_is_zero(const uint64_t *words) {
  uint64_t all = 0;

  for (size_t i = 0; i < WORDS; i++) {
    all |= words[i];
  }
  return all == 0;
}

#define PRESENT 0xc000000000000000u /* of a page: in memory, or swapped out */
#define LOOKED_AT 512u              /* pages at once */

/* Which of these pages may hold something: those that this process has ever
 * touched. Only where guest memory can not have come from elsewhere. */
static void find_touched(int pagemap, const uint8_t *bytes, size_t pages,
                         uint64_t *entries) {
  size_t size = pages * sizeof(*entries);
  uintptr_t first = (uintptr_t)bytes / PAGE;

  if (pagemap < 0 ||
      pread(pagemap, entries, size, (off_t)(first * sizeof(*entries))) !=
          (ssize_t)size) {
    memset(entries, 0xff, size);
  }
}

static bool visit_some(uint64_t address, const uint8_t *bytes, size_t pages,
                       struct visit visit) {
  uint64_t entries[LOOKED_AT];

  find_touched(visit.pagemap, bytes, pages, entries);
  for (size_t i = 0; i < pages; i++) {
    const uint64_t *words = (const uint64_t *)(const void *)(bytes + i * PAGE);
    if ((entries[i] & PRESENT) != 0 && !page_is_zero(words) &&
        !visit.page(address + i * PAGE, words, visit.opaque)) {
      return false;
    }
  }
  return true;
}

static bool visit_spans(struct span span, struct visit visit) {
  uint64_t at = span.start;

  while (at < span.end) {
    uint64_t mapped = span.end - at;
    uint8_t *bytes = emulator.cpu_physical_memory_map(at, &mapped, false);
    bool good = bytes != NULL && mapped >= PAGE;
    for (uint64_t done = 0; good && done + PAGE <= mapped;) {
      uint64_t left = (mapped - done) / PAGE;
      size_t pages = left < LOOKED_AT ? left : LOOKED_AT;
      good = visit_some(at + done, bytes + done, pages, visit);
      done += pages * PAGE;
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

static bool visit_pages(struct span span, struct visit visit) {
  bool own = options.branches[0] != '\0'; /* no RAM of an earlier life */

  visit.pagemap = own ? open("/proc/self/pagemap", O_RDONLY) : -1;
  bool good = visit_spans(span, visit);
  if (visit.pagemap >= 0) {
    close(visit.pagemap);
  }
  return good;
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
              visit_pages(span, (struct visit){dump_page, &dump, -1});

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

uint64_t memory_fold(uint64_t state, const void *bytes, size_t size) {
  const uint8_t *from = bytes;
  uint64_t word = 0;

  for (size_t at = 0; at + sizeof(word) <= size; at += sizeof(word)) {
    memcpy(&word, from + at, sizeof(word));
    state = fold(state, word);
  }
  word = 0;
  memcpy(&word, from + size / sizeof(word) * sizeof(word), size % sizeof(word));
  return fold(fold(state, word), size);
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

  visit_pages(range->all, (struct visit){digest_page, &digest, -1});
  return digest.value;
}
