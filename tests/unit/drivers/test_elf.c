/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apps/root/elf.c: reads a small good file, and refuses each damage that would
 * lead it out of the file. The file is built word by word in `file`.
 */
#include "elf.h"

#include "harness/check.h"

#include <string.h>

#define FILE_SIZE 128u

static uint8_t file[FILE_SIZE];

static void put(size_t offset, uint32_t value, size_t width) {
  for (size_t i = 0; i < width; i++) {
    file[offset + i] = (uint8_t)(value >> (8 * i));
  }
}

/* One segment: 8 bytes of the file at 0x10000, 16 in memory. */
static void build_good_file(void) {
  memset(file, 0, sizeof file);
  put(0, 0x464c457f, 4); /* magic */
  put(4, 0x0101, 2);     /* class and data */
  put(18, 40, 2);        /* machine */
  put(24, 0x10004, 4);   /* entry */
  put(28, 52, 4);        /* program headers: offset, */
  put(42, 32, 2);        /* size of one, */
  put(44, 1, 2);         /* count */
  put(52, 1, 4);         /* type: load */
  put(56, 96, 4);        /* offset */
  put(60, 0x10000, 4);   /* address */
  put(68, 8, 4);         /* bytes in the file */
  put(72, 16, 4);        /* bytes in memory */
  put(76, 6, 4);         /* flags: read, write */
}

static bool is_read(struct elf *elf) {
  return elf_read(file, sizeof file, elf);
}

static void reads_a_good_file(void) {
  struct elf elf;
  build_good_file();
  CHECK(is_read(&elf), "a good file is read");
  CHECK(elf.entry == 0x10004 && elf.segment_count == 1, "entry and segments");
  CHECK(elf.segments[0].bytes == &file[96] && elf.segments[0].file_size == 8,
        "contents are where the header says");
  CHECK(elf.segments[0].address == 0x10000 &&
            elf.segments[0].memory_size == 16 && elf.segments[0].writable,
        "address, size and rights are what the header says");
}

struct damage {
  size_t offset;
  uint32_t value;
  size_t width;
};

static void refuses_each_damage(void) {
  static const struct damage damages[] = {
      {0, 0, 4},           /* no magic */
      {4, 0x0102, 2},      /* 64 bits */
      {18, 62, 2},         /* another machine */
      {28, FILE_SIZE, 4},  /* program headers beyond the end */
      {28, 0xfffffff0, 4}, /* and so far that the sum wraps */
      {42, 33, 2},         /* program headers of another size */
      {44, 0, 2},          /* nothing to load */
      {56, 121, 4},        /* contents cross the end */
      {56, 0xfffffffc, 4}, /* and wrap */
      {72, 7, 4},          /* less in memory than in the file */
  };
  struct elf elf;
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
    build_good_file();
    put(damages[i].offset, damages[i].value, damages[i].width);
    CHECK(!is_read(&elf), "a damaged file is refused");
  }
  CHECK(!elf_read(file, 51, &elf), "a file shorter than its header is refused");
}

int main(void) {
  reads_a_good_file();
  refuses_each_damage();
  return check_report("elf");
}
