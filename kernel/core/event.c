/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flight recorder. The ring lies in shared memory that only this replica
 * writes; where it stands is this replica's private state.
 */
#include "kernel/event.h"

#include "kernel/arch.h"
#include "kernel/hooks.h"

#define RECORD_WORDS (sizeof(struct event_record) / sizeof(uint32_t))

union words {
  struct event_record record;
  uint32_t word[RECORD_WORDS];
};

static REPLICA_LOCAL volatile struct event_record *ring;
static REPLICA_LOCAL uint8_t own_replica;
static REPLICA_LOCAL uint32_t sequence;

void event_init(volatile void *ring_base, word_t replica) {
  ring = ring_base;
  own_replica = (uint8_t)replica;
  sequence = 0;
}

void event_resume(volatile void *ring_base, word_t replica) {
  event_init(ring_base, replica);
  for (word_t i = 0; i < EVENT_RING_RECORDS; i++)
    if (ring[i].check != 0 && ring[i].sequence >= sequence)
      sequence = ring[i].sequence + 1;
}

/* Each step is one to one, so no change of a single word goes unnoticed. */
uint32_t event_check(const struct event_record *record) {
  const union words all = {.record = *record};
  uint32_t check = EVENT_MAGIC;

  for (word_t i = 1; i < RECORD_WORDS; i++)
    check = (check ^ all.word[i]) * EVENT_CHECK_PRIME;
  return check == 0 ? EVENT_MAGIC : check;
}

static void write_text(struct event_record *record, const char *text) {
  bool ended = text == NULL;

  for (word_t i = 0; i < sizeof(record->text); i++) {
    ended = ended || text[i] == 0;
    record->text[i] = ended ? 0 : text[i];
  }
}

static void write_times(struct event_record *record) {
  uint64_t signature = 0;
  uint64_t time = hook_event_time(&signature);
  uint64_t stamp = arch_time();

  record->stamp_lo = (uint32_t)stamp;
  record->stamp_hi = (uint32_t)(stamp >> 32);
  record->time_lo = (uint32_t)time;
  record->time_hi = (uint32_t)(time >> 32);
  record->signature_lo = (uint32_t)signature;
  record->signature_hi = (uint32_t)(signature >> 32);
}

/* Word by word; the check word last, as a half-written record is no record. */
static void store(volatile struct event_record *to,
                  const struct event_record *from) {
  volatile uint32_t *dest = (volatile uint32_t *)(volatile void *)to;
  const union words all = {.record = *from};

  dest[0] = 0;
  for (word_t i = RECORD_WORDS - 1; i > 0; i--)
    dest[i] = all.word[i];
  dest[0] = all.word[0];
}

void event_write(enum event_kind kind, const word_t args[4], const char *text) {
  struct event_record record = {
      .sequence = sequence,
      .kind = (uint16_t)kind,
      .replica = own_replica,
      .version = EVENT_VERSION,
  };

  if (ring == NULL)
    return;
  write_times(&record);
  for (word_t i = 0; i < ARRAY_SIZE(record.args); i++)
    record.args[i] = args == NULL ? 0 : (uint32_t)args[i];
  write_text(&record, text);
  record.check = event_check(&record);
  store(&ring[sequence % EVENT_RING_RECORDS], &record);
  sequence++;
}
