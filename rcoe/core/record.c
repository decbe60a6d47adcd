/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared records: seven words and a check. See rcoe/shared.h. */
#include "rcoe/record.h"

#define CHECK_SALT 0x5afe5107u

static uint32_t rotate5(uint32_t value) {
  return (value << 5) | (value >> 27);
}

uint32_t record_check(const uint32_t *payload) {
  uint32_t check = CHECK_SALT;
#pragma GCC unroll 7
  for (size_t i = 0; i < RECORD_WORDS; i++)
    check = rotate5(check) ^ payload[i];
  return check;
}

void record_write(struct shared_record *record, const void *payload) {
  const uint32_t *words = payload;
#pragma GCC unroll 7
  for (size_t i = 0; i < RECORD_WORDS; i++)
    atomic_store_explicit(&record->word[i], words[i], memory_order_relaxed);
  atomic_store_explicit(&record->check, record_check(words),
                        memory_order_relaxed);
}

bool record_read(const struct shared_record *record, void *payload) {
  uint32_t *words = payload;
#pragma GCC unroll 7
  for (size_t i = 0; i < RECORD_WORDS; i++)
    words[i] = atomic_load_explicit(&record->word[i], memory_order_relaxed);
  return atomic_load_explicit(&record->check, memory_order_relaxed) ==
         record_check(words);
}
