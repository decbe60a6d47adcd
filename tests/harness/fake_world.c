/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The world of the stepped replicas: the schedule, the flips that come from
 * outside, the end. It must never write a slot on a healthy replica's behalf.
 */
#include "harness/fake_replicas.h"
#include "rcoe/record.h"

#include <string.h>

#define BURST_MAX 8u       /* steps in a row of one replica */
#define STEPS_MAX 1000000u /* of all; far beyond any patience */
#define FLIP_ONE_IN 64u    /* steps of the whole system */

uint32_t fake_random(struct fake_world *w, uint32_t limit) {
  w->random ^= w->random << 13;
  w->random ^= w->random >> 7;
  w->random ^= w->random << 17;
  return (uint32_t)((w->random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

/* One bit at a time: a record that is already wrong is left to its owner. */
static void flip(struct fake_world *w) {
  uint32_t payload[RECORD_WORDS];
  for (uint32_t i = 0; i < w->fault_count; i++) {
    const struct fake_fault *fault = &w->fault[i];
    uint32_t index = fake_random(w, RECORD_COUNT);
    struct shared_record *record = &w->slot[fault->victim].record[index];
    if (fault->kind == FAKE_SLOT_FLIP && !fake_random(w, FLIP_ONE_IN) &&
        record_read(record, index, payload))
      record->word[fake_random(w, RECORD_WORDS)] ^= 1u << fake_random(w, 32);
  }
}

/* A flip of the private copy of an arrival that others may have read. */
static void reflip(struct fake_world *w) {
  for (uint32_t i = 0; i < w->fault_count; i++) {
    struct fake_fault *fault = &w->fault[i];
    struct fake_replica *r = &w->replica[fault->victim];
    struct arrival *arrival = &r->arrival[fault->meeting & 1];
    if (fault->kind != FAKE_REFLIP || r->number < fault->meeting ||
        fake_random(w, FLIP_ONE_IN))
      continue;
    if (arrival->meeting == fault->meeting)
      arrival->signature_hi ^= 1u << fake_random(w, 32);
    fault->meeting = UINT32_MAX; /* once */
    fake_replica_republish(w, r);
  }
}

/* Has everybody passed the last meeting that counts, or stopped? */
static bool all_ended(const struct fake_world *w) {
  for (uint32_t j = 0; j < w->replicas; j++)
    if (w->replica[j].passed < FAKE_MEETINGS &&
        w->replica[j].state < FAKE_STOPPED)
      return false;
  return true;
}

/* One turn for every replica, in an order and of lengths that the seed picks.
 */
static void turn(struct fake_world *w) {
  uint32_t first = fake_random(w, w->replicas);
  uint32_t stride = fake_random(w, 2) ? 1 : w->replicas - 1;
  for (uint32_t k = 0; k < w->replicas; k++) {
    uint32_t j = (first + k * stride) % w->replicas;
    for (uint32_t n = 1 + fake_random(w, BURST_MAX); n > 0; n--) {
      w->now++;
      fake_replica_step(w, &w->replica[j]);
      flip(w);
      reflip(w);
    }
  }
}

bool fake_world_run(struct fake_world *w) {
  for (uint32_t j = 0; j < w->replicas; j++)
    fake_replica_compute(w, &w->replica[j]);
  while (!all_ended(w)) {
    if (w->now > STEPS_MAX)
      return false;
    turn(w);
  }
  return true;
}

void fake_world_init(struct fake_world *w, uint32_t replicas, uint64_t seed) {
  memset(w, 0, sizeof(*w));
  w->replicas = replicas;
  w->seed = seed;
  w->random = (seed + 1) * 0x9e3779b97f4a7c15ull;
  w->now = 1;
  for (uint32_t j = 0; j < replicas; j++) {
    struct fake_replica *r = &w->replica[j];
    r->self = j;
    r->signature = SIGNATURE_INITIAL;
    r->accepted = SIGNATURE_INITIAL;
    lifecycle_init(&r->cycle, replicas);
    fake_replica_republish(w, r);
  }
}

void fake_world_add(struct fake_world *w, struct fake_fault fault) {
  if (w->fault_count < FAKE_FAULTS)
    w->fault[w->fault_count++] = fault;
}

uint32_t fake_world_healthy(const struct fake_world *w) {
  uint32_t healthy = (1u << w->replicas) - 1;
  for (uint32_t i = 0; i < w->fault_count; i++) {
    enum fake_fault_kind kind = w->fault[i].kind;
    if (kind != FAKE_NONE && kind != FAKE_LATE_WITHIN && kind != FAKE_SLOT_FLIP)
      healthy &= ~(1u << w->fault[i].victim);
  }
  return healthy;
}
