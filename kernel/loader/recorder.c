/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rings of the last life are copied as they are, with a CRC-32 that tells
 * later whether the copy is still what it was; each of their records has a
 * check word of its own. Must never write a word of an old life before it has
 * been copied, nor trust one whose check does not fit.
 */
#include "loader/recorder.h"
#include "abi/boot.h"
#include "abi/memory.h"
#include "loader/crc32.h"
#include "loader/memory.h"

_Static_assert(LIFE_RINGS == BOOT_MAX_REPLICAS, "a ring per replica");

static uint8_t *block_of(const struct recorder_memory *memory, word_t replica) {
  return memory->shared + replica * SHARED_BLOCK_SIZE;
}

static uint8_t *place_of(const struct recorder_memory *memory,
                         word_t generation) {
  return memory->past + generation % PAST_LIVES * PAST_SIZE;
}

static struct life *life_of(const struct recorder_memory *memory,
                            word_t replica) {
  return (struct life *)(void *)(block_of(memory, replica) +
                                 SHARED_LIFE_OFFSET);
}

static struct past_life *past_at(uint8_t *place) {
  return (struct past_life *)(void *)(place + PAST_LIFE_OFFSET);
}

static bool life_good(const struct life *life, word_t replica) {
  return life->magic == LIFE_MAGIC && life->replica == replica &&
         life->generation != 0 &&
         life->check == crc32(life, offsetof(struct life, check));
}

static bool past_good(const struct past_life *past) {
  return past->magic == PAST_MAGIC && past->generation != 0 &&
         past->check == crc32(past, offsetof(struct past_life, check));
}

/* Number of the life whose rings are still in their blocks; 0 = none. */
static word_t last_generation(const struct recorder_memory *memory) {
  word_t last = 0;
  for (word_t i = 0; i < LIFE_RINGS; i++) {
    const struct life *life = life_of(memory, i);
    if (life_good(life, i) && life->generation > last) {
      last = life->generation;
    }
  }
  return last;
}

/* The last life that was put aside: counts on if the blocks are illegible. */
static word_t past_generation(const struct recorder_memory *memory) {
  word_t last = 0;
  for (word_t i = 0; i < PAST_LIVES; i++) {
    const struct past_life *past = past_at(memory->past + i * PAST_SIZE);
    if (past_good(past) && past->generation > last) {
      last = past->generation;
    }
  }
  return last;
}

static void put_aside(const struct recorder_memory *memory, word_t generation) {
  uint8_t *place = place_of(memory, generation);
  struct past_life *past = past_at(place);
  struct past_life header = {.magic = PAST_MAGIC, .generation = generation};
  memory_clear(past, sizeof(*past));
  for (word_t i = 0; i < LIFE_RINGS; i++) {
    const struct life *life = life_of(memory, i);
    uint8_t *ring = place + i * PAST_RING_SIZE;
    memory_copy(ring, block_of(memory, i) + SHARED_EVENTS_OFFSET,
                EVENT_RING_SIZE);
    header.ring_crc32[i] = crc32(ring, EVENT_RING_SIZE);
    if (life_good(life, i) && life->generation == generation) {
      header.legible |= 1u << i;
    }
  }
  header.check = crc32(&header, offsetof(struct past_life, check));
  *past = header;
}

static bool is_zero(const uint8_t *at, word_t bytes) {
  for (word_t i = 0; i < bytes; i += sizeof(word_t)) {
    if (*(const word_t *)(const void *)(at + i) != 0) {
      return false;
    }
  }
  return true;
}

/*
 * Where every life leaves something behind: its numbers, slots and first
 * records. All zero is RAM that was never used.
 */
static bool untouched(const struct recorder_memory *memory) {
  bool zero = true;
  for (word_t i = 0; i < LIFE_RINGS; i++) {
    const uint8_t *block = block_of(memory, i);
    zero &= is_zero(block + SHARED_SLOT_OFFSET, sizeof(struct event_record));
    zero &= is_zero(block + SHARED_EVENTS_OFFSET, sizeof(struct event_record));
    zero &= is_zero(block + SHARED_LIFE_OFFSET, sizeof(struct life));
  }
  return zero;
}

static void begin(const struct recorder_memory *memory, word_t generation) {
  for (word_t i = 0; i < LIFE_RINGS; i++) {
    struct life life = {
        .magic = LIFE_MAGIC, .generation = generation, .replica = i};
    life.check = crc32(&life, offsetof(struct life, check));
    *life_of(memory, i) = life;
  }
}

struct recorder_start recorder_begin(const struct recorder_memory *memory) {
  word_t last = last_generation(memory);
  word_t past = past_generation(memory);
  bool first = untouched(memory);
  if (last == 0 && !first) {
    last = past + 1; /* it has left something, but nothing legible */
  }
  if (!first) {
    put_aside(memory, last);
    memory_clear(memory->shared, LIFE_RINGS * SHARED_BLOCK_SIZE);
  }
  struct recorder_start start = {
      .generation = (last > past ? last : past) + 1,
      .first = first,
  };
  begin(memory, start.generation);
  return start;
}
