/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/loader/recorder.c: what a start makes of the lives before it. */
#include "loader/recorder.h"

#include "abi/boot.h"
#include "abi/memory.h"
#include "harness/check.h"
#include "kernel/compiler.h"
#include "loader/crc32.h"
#include "loader/memory.h"

#include <string.h>

static uint8_t shared[BOOT_MAX_REPLICAS * SHARED_BLOCK_SIZE] ALIGNED(64);
static uint8_t past[PAST_LIVES * PAST_SIZE] ALIGNED(64);
static const struct recorder_memory memory = {shared, past};

/* The loader's own, which would replace those of the host's C library. */
void memory_copy(void *dest, const void *source, word_t bytes) {
  memcpy(dest, source, bytes);
}

void memory_clear(void *dest, word_t bytes) {
  memset(dest, 0, bytes);
}

static void cold(void) {
  memset(shared, 0, sizeof(shared));
  memset(past, 0, sizeof(past));
}

static uint8_t *ring_of(word_t replica) {
  return shared + replica * SHARED_BLOCK_SIZE + SHARED_EVENTS_OFFSET;
}

static struct life *life_of(word_t replica) {
  return (struct life *)(void *)(shared + replica * SHARED_BLOCK_SIZE +
                                 SHARED_LIFE_OFFSET);
}

static uint8_t *place_of(word_t generation) {
  return past + generation % PAST_LIVES * PAST_SIZE;
}

static const struct past_life *past_of(word_t generation) {
  return (const struct past_life *)(void *)(place_of(generation) +
                                            PAST_LIFE_OFFSET);
}

static bool past_is_good(word_t generation, word_t legible) {
  const struct past_life *life = past_of(generation);
  return life->magic == PAST_MAGIC && life->generation == generation &&
         life->legible == legible &&
         life->check == crc32(life, offsetof(struct past_life, check));
}

static void the_first_life_is_number_one(void) {
  cold();
  struct recorder_start start = recorder_begin(&memory);
  CHECK(start.generation == 1 && start.first, "nothing was before");
  for (word_t i = 0; i < LIFE_RINGS; i++) {
    const struct life *life = life_of(i);
    CHECK(life->magic == LIFE_MAGIC && life->generation == 1 &&
              life->replica == i &&
              life->check == crc32(life, offsetof(struct life, check)),
          "each block says so");
  }
  CHECK(past_of(1)->magic == 0, "nothing is put aside");
}

static void rings_are_put_aside_and_cleared(void) {
  cold();
  recorder_begin(&memory);
  memset(ring_of(2), 0xa5, EVENT_RING_SIZE);
  struct recorder_start start = recorder_begin(&memory);
  CHECK(start.generation == 2 && !start.first, "a second life");
  const uint8_t *kept = place_of(1) + 2 * PAST_RING_SIZE;
  CHECK(kept[0] == 0xa5 && kept[EVENT_RING_SIZE - 1] == 0xa5 &&
            ring_of(2)[0] == 0 && ring_of(2)[EVENT_RING_SIZE - 1] == 0,
        "its ring begins empty");
  CHECK(past_is_good(1, 0xf), "all rings of the first are legible");
  CHECK(past_of(1)->ring_crc32[2] == crc32(kept, EVENT_RING_SIZE),
        "and have a check sum");
}

static void a_ring_without_a_good_number_is_not_believed(void) {
  cold();
  recorder_begin(&memory);
  life_of(1)->generation ^= 1u << 20;
  recorder_begin(&memory);
  CHECK(past_is_good(1, 0xd), "but the others are");
}

static void a_life_that_is_all_damaged_counts_but_tells_nothing(void) {
  cold();
  recorder_begin(&memory);
  recorder_begin(&memory);
  for (word_t i = 0; i < LIFE_RINGS; i++)
    life_of(i)->check ^= 1;
  struct recorder_start start = recorder_begin(&memory);
  CHECK(start.generation == 3 && !start.first, "it was the second");
  CHECK(past_is_good(2, 0), "nothing of it is legible");
  CHECK(past_is_good(1, 0xf), "the one before still is");
}

/* As a board's RAM may be at power-on. */
static void garbage_is_no_life(void) {
  memset(shared, 0x3c, sizeof(shared));
  memset(past, 0x3c, sizeof(past));
  struct recorder_start start = recorder_begin(&memory);
  CHECK(start.generation == 2 && !start.first, "something may have been");
  CHECK(past_is_good(1, 0), "but nothing legible");
}

static void the_last_eight_are_kept(void) {
  cold();
  for (word_t life = 1; life <= PAST_LIVES + 3; life++)
    recorder_begin(&memory);
  for (word_t life = 3; life < PAST_LIVES + 3; life++)
    CHECK(past_is_good(life, 0xf), "each in its place");
  CHECK(!past_is_good(2, 0xf), "older ones are overwritten");
}

int main(void) {
  the_first_life_is_number_one();
  rings_are_put_aside_and_cleared();
  a_ring_without_a_good_number_is_not_believed();
  a_life_that_is_all_damaged_counts_but_tells_nothing();
  garbage_is_no_life();
  the_last_eight_are_kept();
  return check_report("recorder");
}
