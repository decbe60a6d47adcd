/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing and reading shared records. Works on any memory that holds struct
 * shared_record: the shared region on the target, an array in a host test.
 */
#pragma once

#include "rcoe/factors.h"
#include "rcoe/shared.h"

/*
 * Check word over the RECORD_WORDS payload words of a record `index`. A record
 * is illegible where another kind belongs, so a wrong pointer to a slot can not
 * make an arrival be taken for a log; both arrivals are of one kind, as they
 * say their meeting. Each word goes through a
 * bijection of the sum so far, so no change of one word is lost; the product
 * spreads it, so that hardly any flip in the next word makes up for it.
 */
static inline uint32_t record_check(const uint32_t *payload,
                                    enum record_index index) {
  uint32_t check =
      RECORD_CHECK_SALT + (index == RECORD_ARRIVAL_ODD ? 0 : index);
#pragma GCC unroll 7
  for (size_t i = 0; i < RECORD_WORDS; i++)
    check = ((check << 5 | check >> 27) ^ payload[i]) * RECORD_CHECK_FACTOR;
  return check;
}

/*
 * Publish `payload` with the check word that was computed when it was made: if
 * a bit of the payload has flipped since, what is published is illegible. The
 * caller signals.
 */
static inline void record_write_again(struct shared_record *record,
                                      const uint32_t *payload, uint32_t check) {
#pragma GCC unroll 7
  for (size_t i = 0; i < RECORD_WORDS; i++)
    atomic_store_explicit(&record->word[i], payload[i], memory_order_relaxed);
  atomic_store_explicit(&record->check, check, memory_order_relaxed);
}

/* Publish `payload` (RECORD_WORDS words). The caller fences and signals. */
void record_write(struct shared_record *record, enum record_index index,
                  const void *payload);

/*
 * Copy a record to `payload` (RECORD_WORDS words).
 * @return False when the check word does not fit: torn, flipped, or of another
 *         kind.
 */
bool record_read(const struct shared_record *record, enum record_index index,
                 void *payload);
