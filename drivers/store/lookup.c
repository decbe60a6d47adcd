/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys lie on the flash only: those with the same hash are read and compared.
 */
#include "lookup.h"

#include "driver/crc32.h"

#include <string.h>

#define CHUNK 64u

/* Compare a key with the one of the record at `where`. */
static bool same_key(void *context, uint32_t where,
                     const struct index_key *key) {
  const struct log *log = context;
  struct record record;
  uint8_t chunk[CHUNK];
  if (log_header(log, where, &record) != RECORD_WHOLE ||
      record.key_size != key->size) {
    return false;
  }
  bool same = true;
  for (uint32_t done = 0; same && done < key->size; done += CHUNK) {
    uint32_t part = key->size - done < CHUNK ? key->size - done : CHUNK;
    same = log->flash->read(log->flash->context, where + RECORD_HEADER + done,
                            chunk, part) &&
           memcmp(chunk, key->bytes + done, part) == 0;
  }
  return same;
}

struct index_entry *lookup_find(struct store *store, struct index_key *key) {
  key->hash = crc32_update(0, key->bytes, key->size);
  return index_find(&store->index, key, same_key, &store->log);
}

bool lookup_read_key(const struct store *store, const struct log_place *place,
                     uint8_t *bytes, struct index_key *key) {
  const struct store_flash *flash = store->log.flash;
  *key = (struct index_key){.bytes = bytes, .size = place->record.key_size};
  return flash->read(flash->context, place->where + RECORD_HEADER, bytes,
                     key->size);
}
