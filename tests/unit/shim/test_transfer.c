/* SPDX-License-Identifier: BSD-2-Clause */
/* shim/core/transfer.c: every length, every alignment, nothing beside it. */
#include "harness/check.h"
#include "shim/transfer.h"

#include <string.h>

#define LENGTH_MAX 37u
#define AREA 64u

static _Alignas(8) uint8_t from[AREA];
static _Alignas(8) uint8_t to[AREA];

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
  struct signature expected = SIGNATURE_INITIAL;
  fill();
  signature_fold_bytes(&expected, from + from_offset, count);
  struct signature check =
      transfer_copy(to + to_offset, from + from_offset, count);
  CHECK(!memcmp(to + to_offset, from + from_offset, count),
        "every byte is copied");
  CHECK(untouched(to, to_offset) &&
            untouched(to + to_offset + count, AREA - to_offset - count),
        "nothing before or behind is written");
  CHECK(check.lo == expected.lo && check.hi == expected.hi,
        "the signature is that of the bytes, whatever their alignment");
}

/* A block that stays in place has the signature that a copy of it has. */
static void check_in_place(size_t from_offset, size_t count) {
  struct signature copied = transfer_copy(to, from + from_offset, count);
  struct signature in_place = transfer_check(from + from_offset, count);
  CHECK(copied.lo == in_place.lo && copied.hi == in_place.hi,
        "checking in place and copying come to the same signature");
  if (count == 0)
    return;
  from[from_offset + count - 1] ^= 0x10;
  struct signature flipped = transfer_check(from + from_offset, count);
  from[from_offset + count - 1] ^= 0x10;
  CHECK(flipped.lo != in_place.lo, "a flip in the last byte changes it");
}

int main(void) {
  for (size_t count = 0; count <= LENGTH_MAX; count++)
    for (size_t to_offset = 0; to_offset < 8; to_offset++)
      for (size_t from_offset = 0; from_offset < 8; from_offset++)
        check_copy(to_offset, from_offset, count);
  for (size_t offset = 0; offset < 4; offset++)
    for (size_t count = 0; count < 40; count++)
      check_in_place(offset, count);
  return check_report("transfer");
}
