/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A record of the store for each key that does not expire. Records that are
 * right already are not written again. Keys that are gone go first, which makes
 * room.
 */
#include "flash_keeper.h"

#include "driver/client.h"
#include "driver/store.h"
#include "limits.h"

#define SIZE_BITS 16 /* of the key, in what STORE_NEXT gives */

_Static_assert(KEY_MAX <= STORE_KEY_MAX, "a key fits");
_Static_assert(VALUE_MAX <= STORE_VALUE_MAX, "a value fits");

static uint8_t *key_place(void) {
  return client_shared(RT_SERVICE_STORE);
}

static uint8_t *value_place(void) {
  return key_place() + STORE_VALUE_AT;
}

static enum store_result call(enum store_label label, word_t words[2]) {
  return (enum store_result)client_call(RT_SERVICE_STORE, label, words);
}

/* The next record of the store; its key and value are in their places.
 * @return STORE_NO_KEY behind the last. */
static enum store_result next_record(word_t *cursor, struct slice *key,
                                     struct slice *value) {
  word_t words[2] = {*cursor, 0};
  enum store_result result = call(STORE_NEXT, words);
  *key = (struct slice){key_place(), words[0] & ((1u << SIZE_BITS) - 1)};
  *value = (struct slice){value_place(), words[0] >> SIZE_BITS};
  *cursor = words[1];
  return result;
}

static bool load(struct database *database) {
  struct slice key;
  struct slice value;
  word_t cursor = 0;
  enum store_result result = next_record(&cursor, &key, &value);
  while (result == STORE_DONE) {
    if (key.length > KEY_MAX || value.length > VALUE_MAX ||
        database_put(database, database_find(database, key), key, value) ==
            DATABASE_ABSENT) {
      return false;
    }
    result = next_record(&cursor, &key, &value);
  }
  return result == STORE_NO_KEY;
}

/* ---- saving -------------------------------------------------------------- */

static bool is_kept(const struct database *database, uint32_t chain) {
  return database_entry(database, chain).expires_ms == DATABASE_NO_EXPIRY;
}

static bool is_gone(struct database *database, struct slice key) {
  uint32_t chain = database_find(database, key);
  return chain == DATABASE_ABSENT || !is_kept(database, chain);
}

/* @return STORE_NO_KEY when the walk has come to its end. */
static enum store_result delete_some(struct database *database,
                                     uint32_t *deleted) {
  struct slice key;
  struct slice value;
  word_t cursor = 0;
  enum store_result result = next_record(&cursor, &key, &value);
  while (result == STORE_DONE) {
    if (is_gone(database, key)) {
      word_t words[2] = {key.length, 0};
      result = call(STORE_DELETE, words);
      *deleted += 1;
    }
    if (result == STORE_DONE) {
      result = next_record(&cursor, &key, &value);
    }
  }
  return result;
}

/* A deletion may make a walk leave a key out: it is repeated. */
static enum store_result delete_gone(struct database *database) {
  uint32_t deleted;
  enum store_result result;
  do {
    deleted = 0;
    result = delete_some(database, &deleted);
  } while (result == STORE_NO_KEY && deleted > 0);
  return result == STORE_NO_KEY ? STORE_DONE : result;
}

/* Is the value that the store has given that of the chain? */
static bool is_same(const struct database *database, uint32_t chain,
                    uint32_t length) {
  struct chain_reader reader = database_value(database, chain);
  const uint8_t *given = value_place();
  if (length != database_entry(database, chain).value_length) {
    return false;
  }
  for (uint32_t left = length; left > 0;) {
    struct slice piece = chain_piece(&reader, left);
    if (memcmp(given, piece.bytes, piece.length) != 0) {
      return false;
    }
    given += piece.length;
    left -= piece.length;
  }
  return true;
}

static enum store_result put(const struct database *database, uint32_t chain) {
  struct entry entry = database_entry(database, chain);
  struct chain_reader key = database_key(database, chain);
  struct chain_reader value = database_value(database, chain);
  word_t words[2] = {entry.key_length, 0};
  chain_copy(&key, key_place(), entry.key_length);
  if (call(STORE_GET, words) == STORE_DONE &&
      is_same(database, chain, (uint32_t)words[0])) {
    return STORE_DONE;
  }
  key = database_key(database, chain);
  chain_copy(&key, key_place(), entry.key_length);
  chain_copy(&value, value_place(), entry.value_length);
  words[0] = entry.key_length;
  words[1] = entry.value_length;
  return call(STORE_PUT, words);
}

static enum store_result put_bucket(const struct database *database,
                                    uint32_t bucket) {
  enum store_result result = STORE_DONE;
  uint32_t chain = database_first(database, bucket);
  while (chain != DATABASE_ABSENT && result == STORE_DONE) {
    if (is_kept(database, chain)) {
      result = put(database, chain);
    }
    chain = database_next(database, chain);
  }
  return result;
}

static enum keeper_result save(struct database *database) {
  enum store_result result = delete_gone(database);
  uint32_t bucket = database_bucket(database, 0);
  while (result == STORE_DONE && bucket <= database->bucket_mask) {
    result = put_bucket(database, bucket);
    bucket = database_bucket(database, bucket + 1);
  }
  if (result == STORE_DONE) {
    return KEEPER_DONE;
  }
  return result == STORE_FULL ? KEEPER_FULL : KEEPER_DEVICE;
}

const struct keeper flash_keeper = {.load = load, .save = save};
