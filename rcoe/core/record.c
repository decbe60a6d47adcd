/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared records: seven words and a check. See rcoe/shared.h. */
#include "rcoe/record.h"

void record_write(struct shared_record *record, enum record_index index,
                  const void *payload) {
  record_write_again(record, payload, record_check(payload, index));
}

bool record_read(const struct shared_record *record, enum record_index index,
                 void *payload) {
  uint32_t *words = payload;
#pragma GCC unroll 7
  for (size_t i = 0; i < RECORD_WORDS; i++)
    words[i] = atomic_load_explicit(&record->word[i], memory_order_relaxed);
  return atomic_load_explicit(&record->check, memory_order_relaxed) ==
         record_check(words, index);
}
