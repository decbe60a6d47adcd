/* SPDX-License-Identifier: BSD-2-Clause */
/* Giving sectors back, the oldest first. */
#include "collect.h"

#include "lookup.h"

#include <stddef.h>

/* The entry whose value the record at `place` is; NULL if the record does not
 * count any more. */
static struct index_entry *entry_of(struct store *store,
                                    const struct log_place *place) {
  struct index_key key;
  if (place->record.value_size == RECORD_DELETED ||
      !lookup_read_key(store, place, store->buffer, &key)) {
    return NULL;
  }
  struct index_entry *entry = lookup_find(store, &key);
  return entry != NULL && entry->where == place->where ? entry : NULL;
}

/* Append a record again, as it is: who reads it finds whether it is sound. */
static enum store_result copy(struct store *store,
                              const struct log_place *place,
                              struct index_entry *entry) {
  if (!log_read(&store->log, place, store->buffer)) {
    return STORE_DEVICE;
  }
  uint32_t where = 0;
  enum store_result result =
      log_append(&store->log, store->buffer, entry->extent, &where);
  if (result == STORE_DONE) {
    entry->where = where;
    store->status.appended++;
    store->status.copied++;
  }
  return result;
}

static enum store_result copy_live(struct store *store, uint32_t sector) {
  struct log_place place;
  enum store_result result = STORE_DONE;
  bool more = log_first(&store->log, sector, &place);
  while (more && result == STORE_DONE) {
    struct index_entry *entry = entry_of(store, &place);
    if (entry != NULL) {
      result = copy(store, &place, entry);
    }
    more = log_next(&store->log, &place);
  }
  return result;
}

/* Give the oldest sector back. */
static enum store_result collect_one(struct store *store) {
  uint32_t oldest = log_sector_after(&store->log, 0);
  if (oldest == store->log.flash->sectors || oldest == store->log.head) {
    return STORE_DONE;
  }
  enum store_result result = copy_live(store, oldest);
  if (result != STORE_DONE) {
    return result;
  }
  store->status.collected++;
  return log_retire(&store->log, oldest) ? STORE_DONE : STORE_DEVICE;
}

enum store_result collect_for(struct store *store, uint32_t extent) {
  const struct log *log = &store->log;
  uint32_t low = log->flash->sectors * COLLECT_LOW / 8;
  enum store_result result = STORE_DONE;
  if (log_has_room(log, extent) && log->free >= COLLECT_NOW) {
    return STORE_DONE;
  }
  for (uint32_t i = 0;
       i < COLLECT_STEP && result == STORE_DONE && log->free < low; i++) {
    result = collect_one(store);
  }
  return result;
}
