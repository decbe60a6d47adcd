/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys, values and when they expire, in memory of a fixed size. Time is given
 * (`now_ms`), never read, so equal requests at equal times leave equal bytes in
 * every replica. The number of buckets is fixed, which makes a bucket's number
 * a cursor that stays good while keys come and go.
 */
#pragma once

#include "cells.h"

#define DATABASE_BYTES_MIN 4096u
#define DATABASE_NO_EXPIRY 0u
#define DATABASE_ABSENT CELL_NONE

/* What the first cell of a key's chain begins with; key and value follow. */
struct entry {
  uint64_t expires_ms; /* DATABASE_NO_EXPIRY: never */
  uint32_t next;       /* in its bucket */
  uint32_t hash;
  uint32_t key_length;
  uint32_t value_length;
};

struct database {
  struct cells cells;
  uint32_t *buckets; /* first chain of each, CELL_NONE = empty */
  uint32_t bucket_mask;
  uint32_t keys;     /* also those that have expired but not gone yet */
  uint32_t expiring; /* of these, with an expiry */
  uint32_t expired;  /* ever removed by expiry */
  uint32_t sweep;    /* next bucket that is swept */
  uint64_t now_ms;   /* since the server's start; never goes back */
};

/** Take `memory`: `bytes` of it, zeroed, aligned to 4, at least
 * DATABASE_BYTES_MIN. */
void database_start(struct database *database, void *memory, size_t bytes);

/** Set the time, milliseconds, at least 1; an earlier one counts as now. */
void database_set_time(struct database *database, uint64_t now_ms);

/** Remove what has expired in the next `buckets` buckets. */
void database_sweep(struct database *database, uint32_t buckets);

/** Remove all keys. */
void database_clear(struct database *database);

/** @return The key's chain, or DATABASE_ABSENT. One that has expired is
 * removed on the way. */
uint32_t database_find(struct database *database, struct slice key);

/** @return What the chain's first cell says. */
struct entry database_entry(const struct database *database, uint32_t chain);

/** @return A reader at the first byte of the value. */
struct chain_reader database_value(const struct database *database,
                                   uint32_t chain);

/** @return A reader at the first byte of the key. */
struct chain_reader database_key(const struct database *database,
                                 uint32_t chain);

/** Set the value of a key, new or not, whose chain is `chain` (from
 * database_find). An expiry stays. @return Its chain; DATABASE_ABSENT if there
 * is no room, and nothing has changed. */
uint32_t database_put(struct database *database, uint32_t chain,
                      struct slice key, struct slice value);

/** Add to the end of a value. @return False: no room, nothing changed. */
bool database_append(struct database *database, uint32_t chain,
                     struct slice more);

/** Say when a key expires, on the clock of `now_ms`. */
void database_expire(struct database *database, uint32_t chain,
                     uint64_t expires_ms);

/** Remove a key. */
void database_remove(struct database *database, uint32_t chain);

/** Make sure, by removing what has expired, that `cells` are left.
 * @return Whether they are. */
bool database_reserve(struct database *database, uint32_t cells);

/** @return Cells that database_put would take for a key, new or not, and a
 * value of these lengths; 0 if it would give some back. */
uint32_t database_need(const struct database *database, uint32_t chain,
                       uint32_t key_length, uint32_t value_length);

/** @return The first bucket from `bucket` on that is not empty, or their number
 * if there is none. */
uint32_t database_bucket(const struct database *database, uint32_t bucket);

/** @return The first chain of a bucket that has not expired, or the next
 * after `chain`; DATABASE_ABSENT at the end. */
uint32_t database_first(const struct database *database, uint32_t bucket);
uint32_t database_next(const struct database *database, uint32_t chain);
