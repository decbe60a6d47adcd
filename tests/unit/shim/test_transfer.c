/* SPDX-License-Identifier: BSD-2-Clause */
/* shim/mech/transfer.c: every length, every alignment, nothing beside it. */
#include "harness/check.h"
#include "shim/transfer.h"

#include <string.h>

#define LENGTH_MAX 69u
#define AREA 128u

static _Alignas(8) uint8_t from[AREA];
static _Alignas(8) uint8_t to[AREA];
static _Alignas(8) uint8_t plain[AREA];

static void fill(void) {
  for (uint32_t i = 0; i < AREA; i++)
    from[i] = (uint8_t)(31 * i + 7);
  memset(to, 0xee, sizeof(to));
}

static bool untouched(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i] != 0xee)
      return false;
  return true;
}

static void check_copy(size_t to_offset, size_t from_offset, size_t count) {
  fill();
  memcpy(plain, from + from_offset, count);
  struct arch_sums expected = transfer_check(plain, count);
  struct arch_sums check =
      transfer_copy(to + to_offset, from + from_offset, count);
  CHECK(!memcmp(to + to_offset, from + from_offset, count),
        "every byte is copied");
  CHECK(untouched(to, to_offset) &&
            untouched(to + to_offset + count, AREA - to_offset - count),
        "nothing before or behind is written");
  CHECK(transfer_equal(check, expected),
        "the check is that of the bytes, whatever their alignment");
}

/* A block that stays in place has the check that a copy of it has. */
static void check_in_place(size_t from_offset, size_t count) {
  uint8_t *block = from + from_offset;
  struct arch_sums copied = transfer_copy(to, block, count);
  struct arch_sums in_place = transfer_check(block, count);
  CHECK(transfer_equal(copied, in_place),
        "checking in place and copying come to the same check");
  for (size_t bit = 0; bit < 8 * count; bit++) {
    block[bit / 8] ^= (uint8_t)(1u << bit % 8);
    CHECK(transfer_check(block, count).sum != in_place.sum,
          "any single flip changes it");
    block[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

/* The same bit of two words, set in one and cleared in the other. */
static void check_column(void) {
  for (size_t a = 0; a < 64; a += 4)
    for (size_t b = a + 4; b < 64; b += 4) {
      memset(plain, 0, sizeof(plain));
      plain[a] = 0x10;
      struct arch_sums before = transfer_check(plain, 64);
      plain[a] = 0;
      plain[b] = 0x10;
      CHECK(!transfer_equal(transfer_check(plain, 64), before),
            "flips in one column show");
    }
}

/* Two lines that change places, and a line of zeros more. */
static void check_places(void) {
  fill();
  struct arch_sums before = transfer_check(from, 64);
  memcpy(plain, from + 32, 32);
  memcpy(plain + 32, from, 32);
  CHECK(!transfer_equal(transfer_check(plain, 64), before),
        "lines that changed places show");
  memset(plain, 0, sizeof(plain));
  CHECK(!transfer_equal(transfer_check(plain, 64), transfer_check(plain, 32)),
        "lines of zeros count");
}

int main(void) {
  for (size_t count = 0; count <= LENGTH_MAX; count++)
    for (size_t to_offset = 0; to_offset < 8; to_offset++)
      for (size_t from_offset = 0; from_offset < 8; from_offset++)
        check_copy(to_offset, from_offset, count);
  for (size_t offset = 0; offset < 4; offset++)
    for (size_t count = 0; count < 40; count++)
      check_in_place(offset, count);
  check_places();
  check_column();
  return check_report("transfer");
}
