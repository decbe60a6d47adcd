/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holding a meeting on the target: publish the arrival, wait, vote, and act on
 * the verdict. Returns only when all live replicas agree; a convicted or
 * stopped replica never returns.
 */
#pragma once

#include "rcoe/replica.h"

enum meet_kind {
  MEET_EVENT, /* an agreed event: the primary's interrupts are accepted here */
  MEET_PLAIN, /* kernel exit, device operation */
};

/* Meet all live replicas. Context: kernel, interrupts masked. */
void meet(enum meet_kind kind);

/* The rest of a meeting at which arrive_and_look() has not passed. */
void meet_closer(enum meet_kind kind);

/* Bring replica.peer up to date with the live set. */
void meet_list_peers(void);

/*
 * All live replicas know that `accused` (a mask) is not to go on: meet, and
 * pass when it is convicted. Of two, both stop.
 * @param detector  What found it, enum detector.
 */
void meet_accusing(uint32_t accused, uint32_t detector);

/*
 * How long this replica may wait for the others now, in arch_time units: the
 * configured deadline, and an eighth of the time since all last stood at the
 * same instruction, because cores drift apart while user code runs.
 */
uint64_t meet_allowance(void);

/* Digest of memory that `of` gave with its arrival at the meeting just passed:
 * the same answer in all replicas. */
uint32_t meet_memory(uint32_t of);

/* Did anybody want the operation repeated (replica.repeat) at the meeting just
   passed? The same in all replicas. */
static inline bool meet_repeat(void) {
  return (replica.wishes & ARRIVAL_REPEAT) != 0;
}

/* All stand at the same instruction now: their skew is what it is here. */
void meet_aligned(void);

/* A new agreed event: advance logical time and fold its kind. */
static inline void meet_new_event(uint32_t kind, uint32_t detail) {
  replica.time++;
  replica.kind = kind;
  signature_fold(&replica.signature, kind << 28 ^ detail);
}
