/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is shared with devices: a cached mapping is private, one that is
 * not cacheable leads to what devices see, and clean and invalidate move bytes
 * between the two. Without replication it is the same.
 */
#include "arena.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "shim_user/shim.h"
#include "space.h"

#define PRIVATE 0x41000000u
#define SHARED 0x41001000u
#define PAGE 0x1000u

static cptr_t frame;
static cptr_t cached; /* the cap that is mapped cacheable */
static volatile word_t *const private_words = (volatile word_t *)PRIVATE;

static void map(void) {
  frame = arena_make(OBJECT_SMALL_PAGE, 0);
  cached = space_map(ROOT_SLOT_VSPACE, frame, PRIVATE, SPACE_DATA);
  space_map(ROOT_SLOT_VSPACE, frame, SHARED, SPACE_DEVICE);
}

static bool shared_is(word_t index, word_t value) {
  return shim_read32(SHARED + index * sizeof(word_t)) == value;
}

static void apart(void) {
  CHECK(shared_is(0, 0) && private_words[0] == 0,
        "a fresh frame is zero twice");
  private_words[0] = 1;
  CHECK(shared_is(0, 0), "what is cached is private");
  shim_write32(SHARED, 2);
  CHECK(private_words[0] == 1 && shared_is(0, 2),
        "what devices see changes by itself");
}

static void across(void) {
  for (word_t i = 0; i < PAGE / sizeof(word_t); i++) {
    private_words[i] = i * 0x01010101u;
  }
  EXPECT("words of a page are cleaned",
         REQUEST(cached, PAGE_CLEAN_DATA, WORDS(4, 12)), ERR_NONE);
  CHECK(shared_is(0, 2) && shared_is(1, 0x01010101u) &&
            shared_is(2, 0x02020202u) && shared_is(3, 0),
        "devices see exactly what was cleaned");
  EXPECT("an odd number of bytes is cleaned",
         REQUEST(cached, PAGE_CLEAN_DATA, WORDS(12, PAGE - 1)), ERR_NONE);
  CHECK(shared_is(PAGE / 4 - 1, (PAGE / 4 - 1) * 0x01010101u & 0xffffffu),
        "and no byte more");
  shim_write32(SHARED + 8, 5);
  shim_write32(SHARED + 12, 6);
  EXPECT("a word of a page is invalidated",
         REQUEST(cached, PAGE_INVALIDATE_DATA, WORDS(8, 12)), ERR_NONE);
  CHECK(private_words[2] == 5 && private_words[3] == 0x03030303u,
        "what devices wrote is there, exactly where it was asked for");
}

static void by_addresses(void) {
  private_words[5] = 7;
  EXPECT("words are cleaned by their address",
         REQUEST(ROOT_SLOT_VSPACE, PD_CLEAN_DATA,
                 WORDS(PRIVATE + 20, PRIVATE + 24)),
         ERR_NONE);
  CHECK(shared_is(5, 7), "devices see them, too");
  shim_write32(SHARED + 20, 8);
  EXPECT("words are invalidated by their address",
         REQUEST(ROOT_SLOT_VSPACE, PD_INVALIDATE_DATA,
                 WORDS(PRIVATE + 20, PRIVATE + 24)),
         ERR_NONE);
  CHECK(private_words[5] == 8, "and are there");
  EXPECT("what is not cached is cleaned without effect",
         REQUEST(ROOT_SLOT_VSPACE, PD_CLEAN_DATA, WORDS(SHARED, SHARED + PAGE)),
         ERR_NONE);
  CHECK(shared_is(0, 2), "devices see what they saw");
}

static void in_batches(void) {
  static struct shim_access all[SHIM_BATCH_MAX + 9];
  word_t count = sizeof all / sizeof all[0];
  for (word_t i = 0; i < count; i++) {
    all[i] = shim_store32(SHARED + 4 * i, ~i);
  }
  shim_batch(all, count);
  for (word_t i = 0; i < count; i++) {
    all[i] = shim_load32(SHARED + 4 * (count - 1 - i));
  }
  all[1] = shim_store32(SHARED, 9);
  shim_batch(all, count);
  bool right = true;
  for (word_t i = 2; i < count - 1; i++) {
    right = right && all[i].value == ~(count - 1 - i);
  }
  CHECK(right, "each load of a batch brings its own value");
  CHECK(all[0].value == ~(count - 1) && all[count - 1].value == 9,
        "accesses of a batch are done in order");
}

/* The frame becomes somebody else's. */
static void renewed(void) {
  paddr_t paddr = seL4_ARM_Page_GetAddress(frame).paddr;
  arena_clear();
  map();
  CHECK(seL4_ARM_Page_GetAddress(frame).paddr == paddr,
        "memory that was freed is used again");
  CHECK(shared_is(0, 0) && shared_is(5, 0) && private_words[5] == 0,
        "its next owner finds nothing, in both places");
}

void test_image(void) {
  map();
  apart();
  across();
  by_addresses();
  in_batches();
  renewed();
}
