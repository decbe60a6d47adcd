/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table of chains of cells. Expired keys go when they are looked at,
 * when a sweep comes by, or when room is short.
 */
#include "database.h"

/* One bucket for so many cells: keys are mostly one cell, so buckets hold one
 * or two of them when memory is full. */
#define CELLS_PER_BUCKET 2u

/* FNV-1a, then mixed so that its low bits are good. */
static uint32_t hash_key(struct slice key) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < key.length; i++) {
    hash = (hash ^ key.bytes[i]) * 16777619u;
  }
  hash ^= hash >> 16;
  hash *= 0x7feb352du;
  return hash ^ hash >> 15;
}

static void store_entry(struct database *database, uint32_t chain,
                        const struct entry *entry) {
  memcpy(database->cells.all[chain].bytes, entry, sizeof *entry);
}

struct entry database_entry(const struct database *database, uint32_t chain) {
  struct entry entry;
  memcpy(&entry, database->cells.all[chain].bytes, sizeof entry);
  return entry;
}

static uint32_t content_bytes(uint32_t key_length, uint32_t value_length) {
  return (uint32_t)sizeof(struct entry) + key_length + value_length;
}

uint32_t database_need(const struct database *database, uint32_t chain,
                       uint32_t key_length, uint32_t value_length) {
  uint32_t have = 0;
  uint32_t want = chain_cells(content_bytes(key_length, value_length));
  if (chain != DATABASE_ABSENT) {
    struct entry entry = database_entry(database, chain);
    have = chain_cells(content_bytes(key_length, entry.value_length));
  }
  return want > have ? want - have : 0;
}

/* ---- the whole ----------------------------------------------------------- */

void database_start(struct database *database, void *memory, size_t bytes) {
  size_t per_bucket = CELLS_PER_BUCKET * sizeof(struct cell) + sizeof(uint32_t);
  uint32_t buckets = 1;
  while (2 * buckets * per_bucket <= bytes) {
    buckets *= 2;
  }
  *database = (struct database){
      .buckets = memory, .bucket_mask = buckets - 1, .now_ms = 1};
  cells_start(&database->cells, database->buckets + buckets,
              bytes - buckets * sizeof(uint32_t));
}

void database_set_time(struct database *database, uint64_t now_ms) {
  if (now_ms > database->now_ms) {
    database->now_ms = now_ms;
  }
}

void database_clear(struct database *database) {
  for (uint32_t i = 0; i <= database->bucket_mask; i++) {
    if (database->buckets[i] != CELL_NONE) { /* zero memory stays untouched */
      database->buckets[i] = CELL_NONE;
    }
  }
  cells_clear(&database->cells);
  database->keys = 0;
  database->expiring = 0;
}

/* ---- expiry -------------------------------------------------------------- */

static bool has_expired(const struct database *database,
                        const struct entry *entry) {
  return entry->expires_ms != DATABASE_NO_EXPIRY &&
         entry->expires_ms <= database->now_ms;
}

static void remove_expired(struct database *database, uint32_t chain) {
  database_remove(database, chain);
  database->expired++;
}

static void sweep_bucket(struct database *database, uint32_t bucket) {
  uint32_t chain = database->buckets[bucket];
  while (chain != CELL_NONE) {
    struct entry entry = database_entry(database, chain);
    if (has_expired(database, &entry)) {
      remove_expired(database, chain);
    }
    chain = entry.next;
  }
}

void database_sweep(struct database *database, uint32_t buckets) {
  for (; buckets > 0 && database->expiring > 0; buckets--) {
    sweep_bucket(database, database->sweep);
    database->sweep = (database->sweep + 1) & database->bucket_mask;
  }
}

bool database_reserve(struct database *database, uint32_t cells) {
  if (cells_left(&database->cells) < cells) {
    database_sweep(database, database->bucket_mask + 1);
  }
  return cells_left(&database->cells) >= cells;
}

void database_expire(struct database *database, uint32_t chain,
                     uint64_t expires_ms) {
  struct entry entry = database_entry(database, chain);
  if (entry.expires_ms != DATABASE_NO_EXPIRY) {
    database->expiring--;
  }
  if (expires_ms != DATABASE_NO_EXPIRY) {
    database->expiring++;
  }
  entry.expires_ms = expires_ms;
  store_entry(database, chain, &entry);
}

/* ---- one key ------------------------------------------------------------- */

static bool is_key(const struct database *database, uint32_t chain,
                   const struct entry *entry, struct slice key) {
  struct chain_reader reader = database_key(database, chain);
  return entry->key_length == key.length && chain_equal(&reader, key);
}

uint32_t database_find(struct database *database, struct slice key) {
  uint32_t hash = hash_key(key);
  uint32_t chain = database->buckets[hash & database->bucket_mask];
  struct entry entry = {0};
  while (chain != CELL_NONE) {
    entry = database_entry(database, chain);
    if (entry.hash == hash && is_key(database, chain, &entry, key)) {
      break;
    }
    chain = entry.next;
  }
  if (chain != CELL_NONE && has_expired(database, &entry)) {
    remove_expired(database, chain);
    return DATABASE_ABSENT;
  }
  return chain;
}

struct chain_reader database_key(const struct database *database,
                                 uint32_t chain) {
  return chain_read(&database->cells, chain, content_bytes(0, 0));
}

struct chain_reader database_value(const struct database *database,
                                   uint32_t chain) {
  struct entry entry = database_entry(database, chain);
  return chain_read(&database->cells, chain,
                    content_bytes(entry.key_length, 0));
}

/* A new key without a value, at the head of its bucket. */
static uint32_t add_key(struct database *database, struct slice key,
                        uint32_t value_length) {
  if (!database_reserve(database, database_need(database, DATABASE_ABSENT,
                                                key.length, value_length))) {
    return DATABASE_ABSENT;
  }
  uint32_t chain =
      chain_make(&database->cells, content_bytes(key.length, value_length));
  uint32_t hash = hash_key(key);
  uint32_t *bucket = &database->buckets[hash & database->bucket_mask];
  struct entry entry = {.next = *bucket,
                        .hash = hash,
                        .key_length = key.length,
                        .value_length = value_length};
  store_entry(database, chain, &entry);
  chain_write(&database->cells, chain, content_bytes(0, 0), key);
  *bucket = chain;
  database->keys++;
  return chain;
}

/* Make room for a value of another length. False: nothing changed. */
static bool resize_value(struct database *database, uint32_t chain,
                         uint32_t length) {
  uint32_t key_length = database_entry(database, chain).key_length;
  if (!database_reserve(database,
                        database_need(database, chain, key_length, length))) {
    return false;
  }
  struct entry entry = database_entry(database, chain); /* as swept */
  (void)chain_resize(&database->cells, chain,
                     content_bytes(key_length, entry.value_length),
                     content_bytes(key_length, length));
  entry.value_length = length;
  store_entry(database, chain, &entry);
  return true;
}

uint32_t database_put(struct database *database, uint32_t chain,
                      struct slice key, struct slice value) {
  if (chain == DATABASE_ABSENT) {
    chain = add_key(database, key, value.length);
  } else if (!resize_value(database, chain, value.length)) {
    chain = DATABASE_ABSENT;
  }
  if (chain != DATABASE_ABSENT) {
    chain_write(&database->cells, chain, content_bytes(key.length, 0), value);
  }
  return chain;
}

bool database_append(struct database *database, uint32_t chain,
                     struct slice more) {
  struct entry entry = database_entry(database, chain);
  if (!resize_value(database, chain, entry.value_length + more.length)) {
    return false;
  }
  chain_write(&database->cells, chain,
              content_bytes(entry.key_length, entry.value_length), more);
  return true;
}

void database_remove(struct database *database, uint32_t chain) {
  struct entry entry = database_entry(database, chain);
  uint32_t *bucket = &database->buckets[entry.hash & database->bucket_mask];
  if (*bucket == chain) {
    *bucket = entry.next;
  } else {
    uint32_t before = *bucket;
    struct entry other = database_entry(database, before);
    while (other.next != chain) {
      before = other.next;
      other = database_entry(database, before);
    }
    other.next = entry.next;
    store_entry(database, before, &other);
  }
  if (entry.expires_ms != DATABASE_NO_EXPIRY) {
    database->expiring--;
  }
  database->keys--;
  chain_drop(&database->cells, chain);
}

/* ---- all keys ------------------------------------------------------------ */

static uint32_t skip_expired(const struct database *database, uint32_t chain) {
  while (chain != CELL_NONE) {
    struct entry entry = database_entry(database, chain);
    if (!has_expired(database, &entry)) {
      break;
    }
    chain = entry.next;
  }
  return chain;
}

uint32_t database_bucket(const struct database *database, uint32_t bucket) {
  while (bucket <= database->bucket_mask &&
         database->buckets[bucket] == CELL_NONE) {
    bucket++;
  }
  return bucket;
}

uint32_t database_first(const struct database *database, uint32_t bucket) {
  return skip_expired(database, database->buckets[bucket]);
}

uint32_t database_next(const struct database *database, uint32_t chain) {
  struct entry entry = database_entry(database, chain);
  return skip_expired(database, entry.next);
}
