/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/vspace_cache.c: cache operations and their mistakes. */
#include "kernel/vspace_cache.h"

#include "vspace_calls.h"

static enum err clean(word_t slot, word_t first, word_t end) {
  return INVOKE(.to = slot, .label = INVOCATION_PAGE_CLEAN_DATA, .length = 2,
                .words = {first, end});
}

static void cache_mistakes_are_found_in_order(void) {
  start();
  CHECK(clean(SLOT_SMALL, 8, 4) == ERR_ILLEGAL_OPERATION,
        "first that it is not mapped");
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_SMALL, PLACE, RW) == ERR_NONE,
        "mapped");
  CHECK(clean(SLOT_SMALL, 8, 8) == ERR_INVALID_ARGUMENT && replied(1),
        "then an empty range");
  CHECK(clean(SLOT_SMALL, 0, 4097) == ERR_INVALID_ARGUMENT && replied(0),
        "then a range outside the frame");
  CHECK(clean(SLOT_SMALL, 4096, 4100) == ERR_INVALID_ARGUMENT && replied(0),
        "or behind it");
  CHECK(clean(SLOT_SMALL, 0, 4096) == ERR_NONE, "then it is done");
  CHECK(map(SLOT_SMALL2, PLACE, RW) == ERR_NONE, "another one in its place");
  CHECK(clean(SLOT_SMALL, 0, 4096) == ERR_INVALID_CAPABILITY && replied(0),
        "a mapping that is gone is noticed");
}

/* Bytes 8 to 23 of the small page. */
static enum err operate(word_t label) {
  fake_hooks.image_written = 0;
  fake_hooks.image_taken = 0;
  fake_arch.cache_bytes = 0;
  return INVOKE(.to = SLOT_SMALL, .label = label, .length = 2,
                .words = {8, 24});
}

/* How many bytes went to the device-visible image, and came from there? */
static bool crossed(word_t written, word_t taken) {
  paddr_t first = frame_paddr(SLOT_SMALL) + 8;
  return fake_hooks.image_written == written &&
         fake_hooks.image_taken == taken &&
         (written == 0 || fake_hooks.image_write == first) &&
         (taken == 0 || fake_hooks.image_read == first);
}

static void each_operation_does_what_it_says(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_SMALL, PLACE, RW) == ERR_NONE,
        "mapped");
  CHECK(operate(INVOCATION_PAGE_CLEAN_DATA) == ERR_NONE && crossed(16, 0),
        "devices see what was cleaned");
  CHECK(operate(INVOCATION_PAGE_INVALIDATE_DATA) == ERR_NONE && crossed(0, 16),
        "what they wrote is seen when it was invalidated");
  CHECK(operate(INVOCATION_PAGE_CLEAN_INVALIDATE_DATA) == ERR_NONE &&
            crossed(16, 16),
        "or both");
  CHECK(operate(INVOCATION_PAGE_UNIFY_INSTRUCTION) == ERR_NONE &&
            crossed(0, 0) && fake_arch.cache_operation == FAKE_CACHE_UNIFY &&
            fake_arch.cache_start == frame_paddr(SLOT_SMALL) + 8 &&
            fake_arch.cache_bytes == 16,
        "and unifying is between the core's own caches");
  CHECK(INVOKE(.to = SLOT_SMALL, .label = INVOCATION_PAGE_CLEAN_DATA,
               .length = 1) == ERR_TRUNCATED_MESSAGE,
        "a range has two ends");
}

static void used_pages_of_the_image_are_renewed(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_SMALL, PLACE, RW) == ERR_NONE &&
            operate(INVOCATION_PAGE_CLEAN_DATA) == ERR_NONE,
        "a page that a device has seen");
  fake_hooks.image_written = 0;
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE &&
            system_retype(OBJECT_SMALL_PAGE, 0, SLOT_SMALL, 2) == ERR_NONE,
        "gets a new owner");
  CHECK(fake_hooks.image_written == 4096, "who finds it zero there as well");
}

static void devices_are_in_no_cache(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_UART, PLACE, RW) == ERR_NONE,
        "mapped");
  fake_arch.cache_operation = FAKE_CACHE_NONE;
  CHECK(clean(SLOT_UART, 0, 4096) == ERR_NONE &&
            fake_arch.cache_operation == FAKE_CACHE_NONE,
        "so there is nothing to do");
}

static void a_space_without_asid_has_no_cache_operations(void) {
  start();
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_SMALL, PLACE, RW) == ERR_NONE,
        "mapped");
  CHECK(INVOKE(.to = SLOT_SPACE, .label = INVOCATION_PD_CLEAN_DATA, .length = 2,
               .words = {0, 4}) == ERR_INVALID_CAPABILITY &&
            replied(0),
        "nor has one that never had an ASID");
  CHECK(INVOKE(.to = SLOT_SPACE, .label = INVOCATION_PD_CLEAN_DATA,
               .length = 1) == ERR_TRUNCATED_MESSAGE &&
            INVOKE(.to = SLOT_SPACE, .label = INVOCATION_PAGE_MAP) ==
                ERR_ILLEGAL_OPERATION,
        "whatever is asked");
  struct cap pd = system_cap(SLOT_DIRECTORY);
  asid_free(cap_page_directory_asid(&pd));
  CHECK(clean(SLOT_SMALL, 0, 16) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 1) == LOOKUP_INVALID_ROOT,
        "a frame's space is asked for first");
  asid_set(cap_page_directory_asid(&pd), directory());
}

static enum err clean_space(vaddr_t first, vaddr_t end) {
  return INVOKE(.to = SLOT_DIRECTORY, .label = INVOCATION_PD_CLEAN_DATA,
                .length = 2, .words = {first, end});
}

static void address_spaces_are_cleaned_page_by_page(void) {
  start();
  CHECK(clean_space(PLACE, PLACE) == ERR_INVALID_ARGUMENT && replied(1),
        "an empty range");
  CHECK(clean_space(PLACE, USER_TOP + 1) == ERR_ILLEGAL_OPERATION,
        "a range of the kernel");
  CHECK(clean_space(PLACE, PLACE + 0x5000) == ERR_NONE,
        "what is not mapped needs no cleaning");
  CHECK(map_table(SLOT_TABLE, PLACE) == ERR_NONE &&
            map(SLOT_SMALL, PLACE, RW) == ERR_NONE,
        "a page");
  CHECK(clean_space(PLACE + 4, PLACE + 0x1000) == ERR_NONE, "is cleaned");
  CHECK(clean_space(PLACE + 4, PLACE + 0x1001) == ERR_RANGE &&
            replied(PLACE + 4) &&
            system_word(sched_current, 1) == PLACE + 0xfff,
        "but no more than one");
}

int main(void) {
  cache_mistakes_are_found_in_order();
  each_operation_does_what_it_says();
  used_pages_of_the_image_are_renewed();
  devices_are_in_no_cache();
  a_space_without_asid_has_no_cache_operations();
  address_spaces_are_cleaned_page_by_page();
  return check_report("vspace_cache");
}
