/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shim/core/request.c: the arguments of shim calls over their boundaries, the
 * fold over every field, the settlement over every case.
 */
#include "harness/check.h"
#include "shim/request.h"

#include <limits.h>
#include <string.h>

#define PAGE 4096u
#define KINDS 4u

static const enum device_kind kinds[KINDS] = {
    DEVICE_READ, DEVICE_WRITE, DEVICE_WRITE_FIFO, DEVICE_READ_BLOCK};

static void exactly_four_numbers_are_shim_calls(void) {
  static const int32_t numbers[KINDS] = {SHIM_READ, SHIM_WRITE, SHIM_WRITE_FIFO,
                                         SHIM_READ_BLOCK};
  enum device_kind kind = DEVICE_READ;
  for (int32_t number = -200; number <= 200; number++) {
    bool known = false;
    bool served = device_request_kind_of(number, &kind);
    for (uint32_t i = 0; i < KINDS; i++) {
      if (numbers[i] != number)
        continue;
      known = true;
      CHECK(kind == kinds[i], "each shim call has its own kind");
    }
    CHECK(served == known, "shim calls are served, other numbers are not");
  }
  CHECK(!device_request_kind_of(INT32_MIN, &kind) &&
            !device_request_kind_of(INT32_MAX, &kind),
        "the outermost numbers are no shim calls");
}

static bool width_is_right(const struct device_request *r, vaddr_t va) {
  return (r->width == 1 || r->width == 2 || r->width == 4) &&
         va % r->width == 0;
}

static void widths_and_alignments_are_checked(void) {
  static const word_t widths[] = {0, 1, 2, 3, 4, 5, 8, 0x80000000u, ~0u};
  static const vaddr_t bases[] = {0, PAGE - 4, 0x40000000u, 0xfffffffcu};
  for (uint32_t k = 0; k < 3; k++) /* all but the block */
    for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++)
      for (uint32_t i = 0; i < 16; i++) {
        struct device_request r = {.kind = kinds[k], .width = widths[w]};
        vaddr_t va = bases[i / 4] + i % 4;
        bool good = device_request_check(&r, va, 0) == DEVICE_ARGUMENTS_GOOD;
        CHECK(good == width_is_right(&r, va),
              "width is 1, 2 or 4 and the address aligned to it");
        CHECK(good || device_request_check(&r, va, 0) == DEVICE_ARGUMENT_WIDTH,
              "a wrong width or alignment is named");
      }
}

static void counts_are_bounded(void) {
  static const word_t counts[] = {
      0, 1, 63, 64, 65, 4095, 4096, 4097, 0x80000000u, 0xfffff000u, ~0u};
  for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
    struct device_request fifo = {
        .kind = DEVICE_WRITE_FIFO, .width = 4, .count = counts[i]};
    struct device_request block = {
        .kind = DEVICE_READ_BLOCK, .width = 1, .count = counts[i]};
    CHECK(device_request_check(&fifo, 0, 0) == (counts[i] <= SHIM_FIFO_MAX
                                                    ? DEVICE_ARGUMENTS_GOOD
                                                    : DEVICE_ARGUMENT_COUNT),
          "a FIFO write carries at most SHIM_FIFO_MAX bytes");
    CHECK(device_request_check(&block, 0, 0) == (counts[i] <= SHIM_BLOCK_MAX
                                                     ? DEVICE_ARGUMENTS_GOOD
                                                     : DEVICE_ARGUMENT_COUNT),
          "a block carries at most SHIM_BLOCK_MAX bytes");
  }
}

/* Does the range leave the page in which it starts? Counted byte by byte. */
static bool leaves_page(vaddr_t start, word_t bytes) {
  for (word_t i = 0; i < bytes; i++)
    if ((start + i) / PAGE != start / PAGE)
      return true;
  return false;
}

static void check_range(vaddr_t start, word_t bytes) {
  struct device_request block = {
      .kind = DEVICE_READ_BLOCK, .width = 1, .count = bytes};
  bool leaves = leaves_page(start, bytes);
  CHECK(device_request_check(&block, 0x1000, start) ==
            (leaves ? DEVICE_ARGUMENT_BUFFER : DEVICE_ARGUMENTS_GOOD),
        "a block's buffer stays within one page");
  CHECK(device_request_check(&block, start, 0x1000) ==
            (leaves ? DEVICE_ARGUMENT_DEVICE : DEVICE_ARGUMENTS_GOOD),
        "a block's device range stays within one page");
  struct device_request fifo = {
      .kind = DEVICE_WRITE_FIFO, .width = 4, .count = bytes};
  if (bytes <= SHIM_FIFO_MAX)
    CHECK(device_request_check(&fifo, 0x1000, start) ==
              (leaves ? DEVICE_ARGUMENT_BUFFER : DEVICE_ARGUMENTS_GOOD),
          "a FIFO's buffer stays within one page");
}

static void ranges_stay_within_a_page(void) {
  static const vaddr_t pages[] = {0, 0x40000000u, 0xfffff000u};
  static const vaddr_t offsets[] = {0, 1, 4032, 4033, 4094, 4095};
  static const word_t sizes[] = {0, 1, 2, 63, 64, 4094, 4095, 4096};
  for (size_t p = 0; p < 3; p++)
    for (size_t o = 0; o < 6; o++)
      for (size_t s = 0; s < 8; s++)
        check_range(pages[p] + offsets[o], sizes[s]);
}

static struct signature folded(const struct device_request *request) {
  struct signature s = SIGNATURE_INITIAL;
  device_request_fold(request, &s);
  return s;
}

static void fold_must_differ(const struct device_request *a,
                             const struct device_request *b) {
  CHECK(folded(a).lo != folded(b).lo,
        "requests that differ in one bit on the bus fold differently");
}

static uint8_t sent[SHIM_FIFO_MAX];

static struct device_request sample(enum device_kind kind) {
  struct device_request r = {.kind = kind,
                             .device = 0x021e8040u,
                             .width = 4,
                             .value = 0x1234,
                             .count = 7,
                             .buffer = sent};
  memcpy(sent, "\1\2\3\4\5\6\7\10\11", 9);
  return r;
}

static void every_field_is_folded(void) {
  for (uint32_t k = 0; k < KINDS; k++) {
    struct device_request a = sample(kinds[k]);
    for (uint32_t bit = 0; bit < 32; bit++) {
      struct device_request b = a;
      b.device ^= 1u << bit;
      fold_must_differ(&a, &b);
      b = a;
      b.value ^= 1u << bit;
      fold_must_differ(&a, &b);
    }
    for (word_t width = 1; width <= 2; width++) {
      struct device_request b = a;
      b.width = width;
      fold_must_differ(&a, &b);
    }
    for (uint32_t other = k + 1; other < KINDS; other++) {
      struct device_request b = a;
      b.kind = kinds[other];
      fold_must_differ(&a, &b);
    }
  }
}

static void every_count_is_folded(void) {
  for (word_t i = 0; i <= SHIM_BLOCK_MAX; i += 13) {
    struct device_request a = sample(DEVICE_READ_BLOCK);
    struct device_request b = a;
    a.count = i;
    b.count = i + 1;
    fold_must_differ(&a, &b);
  }
}

static void every_byte_that_leaves_is_folded(void) {
  for (word_t count = 0; count <= SHIM_FIFO_MAX; count++)
    for (word_t i = 0; i < SHIM_FIFO_MAX; i++) {
      struct device_request a = sample(DEVICE_WRITE_FIFO);
      a.count = count;
      struct device_request b = a;
      uint8_t flipped[SHIM_FIFO_MAX];
      memcpy(flipped, sent, sizeof(flipped));
      flipped[i] ^= 0x40;
      b.buffer = flipped;
      bool differ = folded(&a).lo != folded(&b).lo;
      CHECK(differ == (i < count), "exactly the bytes that leave are folded");
    }
}

/* What must follow, written as a table: kind by what the log says. */
/* Whether the log is of this operation matters only if it says DONE. */
static enum settlement expected(enum device_kind kind, bool done, bool begun) {
  if (kind == DEVICE_READ)
    return done ? SETTLE_ADOPT : SETTLE_PERFORM;
  if (kind == DEVICE_READ_BLOCK)
    return SETTLE_PERFORM;
  if (done)
    return SETTLE_ADOPT;
  return begun ? SETTLE_RESUME : SETTLE_PERFORM;
}

static void check_settlement(enum device_kind kind, bool begun) {
  for (uint32_t stage = OPERATION_NONE; stage <= OPERATION_DONE; stage++)
    for (uint32_t number = 4; number <= 6; number++)
      for (uint32_t readable = 0; readable < 2; readable++) {
        struct device_request r = sample(kind);
        struct operation left = {.number = number, .stage = stage};
        bool done = readable && number == 5 && stage == OPERATION_DONE;
        CHECK(device_request_settle(&r, 5, readable ? &left : NULL, begun) ==
                  expected(kind, done, begun),
              "done: adopt; a write that has begun: go on; else perform");
      }
}

static void every_operation_is_settled_by_the_table(void) {
  for (uint32_t k = 0; k < KINDS; k++) {
    check_settlement(kinds[k], false);
    check_settlement(kinds[k], true);
  }
}

int main(void) {
  exactly_four_numbers_are_shim_calls();
  widths_and_alignments_are_checked();
  counts_are_bounded();
  ranges_stay_within_a_page();
  every_field_is_folded();
  every_count_is_folded();
  every_byte_that_leaves_is_folded();
  every_operation_is_settled_by_the_table();
  return check_report("request");
}
