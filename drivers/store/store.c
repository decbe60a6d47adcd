/* SPDX-License-Identifier: BSD-2-Clause */
/* The record store: log and index together. */
#include "store.h"

#include "collect.h"
#include "lookup.h"

#include <string.h>

_Static_assert(RECORD_KEY_MAX == STORE_KEY_MAX &&
                   RECORD_VALUE_MAX == STORE_VALUE_MAX &&
                   INDEX_KEYS_MAX == STORE_KEYS_MAX,
               "the class protocol says what the store can do");

static uint32_t live_max(const struct store_flash *flash) {
  return flash->sectors * COLLECT_LIVE / 8 *
         (flash->sector_size - SECTOR_HEADER);
}

/* ---- mounting ------------------------------------------------------------ */

static void forget(struct store *store, struct index_entry *entry) {
  store->status.live_bytes -= entry->extent;
  index_remove(&store->index, entry);
}

/* Enter a value that has been written at `entry->where`. */
static bool remember(struct store *store, struct index_entry *old,
                     const struct index_entry *entry) {
  store->status.live_bytes += entry->extent;
  if (old == NULL) {
    return index_add(&store->index, entry);
  }
  store->status.live_bytes -= old->extent;
  *old = *entry;
  return true;
}

/* One record of the log, in the order in which they were written. */
static bool replay(struct store *store, const struct log_place *place) {
  struct index_key key;
  if (!lookup_read_key(store, place, store->buffer, &key)) {
    return false;
  }
  struct index_entry *old = lookup_find(store, &key);
  if (place->record.value_size != RECORD_DELETED) {
    return remember(store, old,
                    &(struct index_entry){key.hash, place->where,
                                          record_extent(&place->record)});
  }
  if (old != NULL) {
    forget(store, old);
  }
  return true;
}

static bool replay_sector(struct store *store, uint32_t sector) {
  struct log_place place;
  bool more = log_first(&store->log, sector, &place);
  bool good = true;
  while (more && good) {
    good = replay(store, &place);
    more = log_next(&store->log, &place);
  }
  return good;
}

enum store_result store_mount(struct store *store,
                              const struct store_flash *flash) {
  index_clear(&store->index);
  store->status = (struct store_status){.live_max = live_max(flash)};
  if (!log_mount(&store->log, flash) ||
      !log_settle(&store->log, store->buffer)) {
    return STORE_DEVICE;
  }
  uint32_t sector = log_sector_after(&store->log, 0);
  while (sector != flash->sectors) {
    if (!replay_sector(store, sector)) {
      return STORE_FULL;
    }
    sector = log_sector_after(&store->log, store->log.sequences[sector]);
  }
  return store->status.live_bytes <= store->status.live_max ? STORE_DONE
                                                            : STORE_FULL;
}

/* ---- writing ------------------------------------------------------------- */

static struct index_key key_of(const struct store_bytes *key) {
  return (struct index_key){.bytes = key->bytes, .size = key->size};
}

/* Put a record together in the buffer. @return Its extent. */
static uint32_t compose(struct store *store, const struct store_bytes *key,
                        const struct store_bytes *value) {
  struct record record = {
      .key_size = (uint16_t)key->size,
      .value_size = (uint16_t)(value == NULL ? RECORD_DELETED : value->size)};
  memcpy(store->buffer + RECORD_HEADER, key->bytes, key->size);
  if (value != NULL && value->size > 0) {
    memcpy(store->buffer + RECORD_HEADER + key->size, value->bytes,
           value->size);
  }
  return record_encode(store->buffer, &record);
}

static uint32_t extent_of(const struct store_bytes *key, uint32_t value_size) {
  return record_extent(&(struct record){.key_size = (uint16_t)key->size,
                                        .value_size = (uint16_t)value_size});
}

/* Append a value, or a deletion if it is NULL. */
static enum store_result append(struct store *store,
                                const struct store_bytes *key,
                                const struct store_bytes *value,
                                uint32_t *where) {
  enum store_result result =
      collect_for(store, extent_of(key, value == NULL ? 0 : value->size));
  if (result != STORE_DONE) {
    return result;
  }
  result =
      log_append(&store->log, store->buffer, compose(store, key, value), where);
  store->status.appended += result == STORE_DONE;
  return result;
}

/* May a value of `extent` bytes take the place of `old`? */
static bool may_grow(const struct store *store, const struct index_entry *old,
                     uint32_t extent) {
  const struct store_status *status = &store->status;
  uint32_t released = old == NULL ? 0 : old->extent;
  bool counted = old != NULL || store->index.count < INDEX_KEYS_MAX;
  return counted && status->live_bytes - released + extent <= status->live_max;
}

enum store_result store_put(struct store *store, const struct store_bytes *key,
                            const struct store_bytes *value) {
  struct index_key wanted = key_of(key);
  struct index_entry entry = {.extent = extent_of(key, value->size)};
  if (!may_grow(store, lookup_find(store, &wanted), entry.extent)) {
    return STORE_FULL;
  }
  enum store_result result = append(store, key, value, &entry.where);
  if (result == STORE_DONE) {
    entry.hash = wanted.hash;
    remember(store, lookup_find(store, &wanted), &entry);
  }
  return result;
}

enum store_result store_delete(struct store *store,
                               const struct store_bytes *key) {
  struct index_key wanted = key_of(key);
  uint32_t where = 0;
  if (lookup_find(store, &wanted) == NULL) {
    return STORE_NO_KEY;
  }
  enum store_result result = append(store, key, NULL, &where);
  struct index_entry *old = lookup_find(store, &wanted);
  if (result == STORE_DONE && old != NULL) {
    forget(store, old);
  }
  return result;
}

/* ---- reading ------------------------------------------------------------- */

/* Read the record of an entry into the buffer and check it. */
static enum store_result read_entry(struct store *store,
                                    const struct index_entry *entry,
                                    struct store_bytes *key,
                                    struct store_bytes *value) {
  struct log_place place = {.where = entry->where};
  if (log_header(&store->log, place.where, &place.record) != RECORD_WHOLE ||
      !log_read(&store->log, &place, store->buffer)) {
    return STORE_DEVICE;
  }
  if (!record_is_sound(store->buffer, &place.record)) {
    store->status.damaged++;
    return STORE_DAMAGED;
  }
  key->bytes = store->buffer + RECORD_HEADER;
  key->size = place.record.key_size;
  value->bytes = key->bytes + key->size;
  value->size = record_value_bytes(&place.record);
  return STORE_DONE;
}

enum store_result store_get(struct store *store, const struct store_bytes *key,
                            struct store_bytes *value) {
  struct index_key wanted = key_of(key);
  struct store_bytes found;
  struct index_entry *entry = lookup_find(store, &wanted);
  return entry == NULL ? STORE_NO_KEY : read_entry(store, entry, &found, value);
}

enum store_result store_next(struct store *store, uint32_t *cursor,
                             struct store_bytes *key,
                             struct store_bytes *value) {
  while (*cursor < INDEX_SLOTS) {
    const struct index_entry *entry = &store->index.slots[(*cursor)++];
    if (entry->where != 0) {
      return read_entry(store, entry, key, value);
    }
  }
  return STORE_NO_KEY;
}

const struct store_status *store_look(struct store *store) {
  store->status.keys = store->index.count;
  store->status.sectors = store->log.flash->sectors;
  store->status.free = store->log.free;
  return &store->status;
}
