/* SPDX-License-Identifier: BSD-2-Clause */
/* rcoe/core/record.c: a record is read whole and unflipped, or not at all. */
#include "harness/check.h"
#include "rcoe/record.h"

#include <string.h>

#define WORDS (RECORD_WORDS + 1) /* payload and check word */
#define SAMPLES 200u

static uint32_t next_word(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state ^ *state >> 13;
}

static void random_payload(uint32_t *payload, uint32_t *random) {
  for (size_t i = 0; i < RECORD_WORDS; i++)
    payload[i] = next_word(random);
}

/* Raw word `i` of a record, 7 being the check word. */
static _Atomic uint32_t *raw(struct shared_record *record, size_t i) {
  return i < RECORD_WORDS ? &record->word[i] : &record->check;
}

static void what_is_written_is_read(void) {
  uint32_t random = 11;
  for (uint32_t i = 0; i < SAMPLES; i++) {
    struct shared_record record;
    uint32_t payload[RECORD_WORDS];
    uint32_t copy[RECORD_WORDS];
    random_payload(payload, &random);
    record_write(&record, RECORD_ARRIVAL_EVEN, payload);
    CHECK(record_read(&record, RECORD_ARRIVAL_EVEN, copy),
          "a written record is legible");
    CHECK(!memcmp(payload, copy, sizeof(copy)), "a record reads as written");
  }
}

static void memory_of_zeros_is_no_record(void) {
  struct shared_record record;
  uint32_t copy[RECORD_WORDS];
  memset(&record, 0, sizeof(record));
  CHECK(!record_read(&record, RECORD_ARRIVAL_EVEN, copy),
        "a slot never written is illegible");
}

static void one_flipped_bit_is_noticed(void) {
  uint32_t random = 12;
  for (uint32_t bit = 0; bit < 32 * WORDS; bit++) {
    struct shared_record record;
    uint32_t payload[RECORD_WORDS];
    uint32_t copy[RECORD_WORDS];
    random_payload(payload, &random);
    record_write(&record, RECORD_ARRIVAL_EVEN, payload);
    *raw(&record, bit / 32) ^= 1u << bit % 32;
    CHECK(!record_read(&record, RECORD_ARRIVAL_EVEN, copy),
          "any single flipped bit is noticed");
  }
}

static void two_flips_in_one_word_are_noticed(void) {
  uint32_t payload[RECORD_WORDS] = {5, 4, 3, 2, 1, 0, 9};
  uint32_t copy[RECORD_WORDS];
  for (uint32_t a = 0; a < 32; a++)
    for (uint32_t b = a + 1; b < 32; b++) {
      struct shared_record record;
      record_write(&record, RECORD_ARRIVAL_EVEN, payload);
      *raw(&record, a % WORDS) ^= 1u << a ^ 1u << b;
      CHECK(!record_read(&record, RECORD_ARRIVAL_EVEN, copy),
            "two flipped bits of one word are noticed");
    }
}

/*
 * A reader that meets a writer sees some words new and some old. All mixtures
 * of two consecutive arrivals, of which at least one word is of each.
 */
static void torn_mixtures_are_noticed(void) {
  struct arrival old = {40, 77, 0x12345678u, 0x9abcdef0u, ~0u, 2, 0};
  struct arrival new = {42, 79, 0x0fedcba9u, 0x87654321u, ~0u, 3, 0};
  struct shared_record from;
  struct shared_record to;
  uint32_t copy[RECORD_WORDS];
  record_write(&from, RECORD_ARRIVAL_EVEN, &old);
  record_write(&to, RECORD_ARRIVAL_EVEN, &new);
  for (uint32_t mix = 0; mix < 1u << WORDS; mix++) {
    struct shared_record torn;
    for (size_t i = 0; i < WORDS; i++)
      *raw(&torn, i) = mix >> i & 1 ? *raw(&to, i) : *raw(&from, i);
    bool whole = record_read(&torn, RECORD_ARRIVAL_EVEN, copy);
    bool is_old = !memcmp(copy, &old, sizeof(old));
    bool is_new = !memcmp(copy, &new, sizeof(new));
    CHECK(!whole || is_old || is_new,
          "a mixture of two records is never taken for one");
  }
}

static void words_may_not_be_swapped(void) {
  struct shared_record record;
  uint32_t copy[RECORD_WORDS];
  record_write(&record, RECORD_ARRIVAL_EVEN,
               (uint32_t[RECORD_WORDS]){1, 2, 3, 4, 5, 6, 7});
  record.word[2] = 4;
  record.word[3] = 3;
  CHECK(!record_read(&record, RECORD_ARRIVAL_EVEN, copy),
        "two words that changed places show");
}

static void one_kind_is_not_read_as_another(void) {
  for (uint32_t as = 0; as < RECORD_COUNT; as++)
    for (uint32_t index = 0; index < RECORD_COUNT; index++) {
      struct shared_record record;
      uint32_t copy[RECORD_WORDS];
      record_write(&record, as, (uint32_t[RECORD_WORDS]){1, 2, 3, 4, 5, 6, 7});
      bool arrivals = as <= RECORD_ARRIVAL_ODD && index <= RECORD_ARRIVAL_ODD;
      CHECK(record_read(&record, index, copy) == (as == index || arrivals),
            "a record of another kind is illegible");
    }
}

int main(void) {
  one_kind_is_not_read_as_another();
  what_is_written_is_read();
  memory_of_zeros_is_no_record();
  one_flipped_bit_is_noticed();
  two_flips_in_one_word_are_noticed();
  torn_mixtures_are_noticed();
  words_may_not_be_swapped();
  return check_report("record");
}
