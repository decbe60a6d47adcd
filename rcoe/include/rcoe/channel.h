/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slots in the shared region: publishing the own one, looking at the others.
 * Publishing fences, then signals (SEV), so that waiters look again.
 */
#pragma once

#include "rcoe/approach.h"
#include "rcoe/meeting.h"
#include "rcoe/rendezvous.h"
#include "rcoe/replica.h"

/* Slot of a replica (own: writable; others: read-only mapping). */
static inline struct slot *channel_slot(uint32_t of) {
  return replica.slot[of];
}

/* Record that holds the arrival at meeting `number`. */
static inline enum record_index channel_arrival_record(uint32_t number) {
  return number & 1 ? RECORD_ARRIVAL_ODD : RECORD_ARRIVAL_EVEN;
}

/*
 * Copy record `index` of a replica to `payload` (RECORD_WORDS words).
 * @return False if it is illegible.
 */
bool channel_read(uint32_t of, enum record_index index, void *payload);

/* Publish one record from its private copy in `replica`. */

void channel_publish_stop(void);
void channel_publish_notice(void);
void channel_publish_operation(void);
void channel_publish_answer(void);
void channel_publish_position(uint32_t lap);

/* Publish all records for the first time in this life. */
void channel_start(void);

/*
 * Publish everything again as it was: heals flips in the own slot. (A flip in
 * a private copy makes its record illegible.) For wait loops.
 */
void channel_republish(void);

/* Fill a view of the current meeting / of a rendezvous about `next`. */
void channel_view(struct view *view);
void channel_rendezvous_view(struct rendezvous_view *view, uint32_t next);

/* Fill a view of the lap for which this replica has said where it stands:
   `at`, `good` and `arrived`. */
void channel_approach_view(struct approach_view *view);

/* Does `of` seem to have said where it stands in a lap of a round? Unchecked,
   in few instructions: for whoever polls. */
bool channel_has_said(uint32_t of, uint32_t round, uint32_t lap);

/* Silent primary (a mask) because of which `of` stopped for the round for
   which this replica stands; 0 if none. */
uint32_t channel_silent(uint32_t of);

/* Read `of`'s operation record. @return False while torn or corrupt. */
bool channel_read_operation(uint32_t of, struct operation *operation);

/*
 * Highest round for which a peer stands stopped and this replica has not
 * stopped yet; 0 if none. (A round that it has already run on from is not open:
 * late pokes of the same round must not start another one.)
 */
uint32_t channel_round_open(void);
