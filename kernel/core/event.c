/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flight recorder. The ring lies in shared memory that only this replica
 * writes; where it stands is this replica's private state.
 */
#include "kernel/event.h"

#include "kernel/arch.h"
#include "kernel/hooks.h"

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
    if (ring[i].magic == EVENT_MAGIC && ring[i].sequence >= sequence)
      sequence = ring[i].sequence + 1;
}

static void write_text(volatile struct event_record *record, const char *text) {
  bool ended = text == NULL;

  for (word_t i = 0; i < sizeof(record->text); i++) {
    ended = ended || text[i] == 0;
    record->text[i] = ended ? 0 : text[i];
  }
}

static void write_times(volatile struct event_record *record) {
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

void event_write(enum event_kind kind, const word_t args[4], const char *text) {
  volatile struct event_record *record;

  if (ring == NULL)
    return;
  record = &ring[sequence % EVENT_RING_RECORDS];
  record->magic = 0; /* a half-written record is no record */
  record->sequence = sequence++;
  record->kind = (uint16_t)kind;
  record->replica = own_replica;
  record->version = EVENT_VERSION;
  write_times(record);
  for (word_t i = 0; i < ARRAY_SIZE(record->args); i++)
    record->args[i] = args == NULL ? 0 : args[i];
  write_text(record, text);
  record->magic = EVENT_MAGIC;
}
