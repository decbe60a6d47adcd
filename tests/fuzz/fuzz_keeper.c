/* SPDX-License-Identifier: BSD-2-Clause */
/* A table in the place of the record store (driver/store.h), and what must hold
 * after a SAVE. */
#include "fuzz_keeper.h"

#include "driver/client.h"
#include "driver/store.h"
#include "flash_keeper.h"
#include "limits.h"

#include <stdlib.h>
#include <sys/mman.h>

#define RECORDS_MAX 24u /* few, so that the store is often full */
#define SHARED_SIZE (STORE_VALUE_AT + STORE_VALUE_MAX)
#define MEMORY 16384u /* as the servers of fuzz_kv.c */

struct record {
  uint32_t key_size;
  uint32_t value_size;
  uint8_t key[KEY_MAX];
  uint8_t value[VALUE_MAX];
};

struct table {
  uint32_t count;
  struct record records[RECORDS_MAX];
};

static struct table tables[2];
static struct table *table; /* of the server that is served */
static struct table before; /* that table, before a SAVE */
static uint32_t calls_left;
static unsigned long done;
static unsigned long failed;
static struct rt_connection connection = {.shared_size = SHARED_SIZE};
static uint8_t *shared;

/* ---- the store ----------------------------------------------------------- */

const struct rt_connection *rt_connect(enum rt_service service) {
  if (service != RT_SERVICE_STORE) {
    fuzz_fail("the keeper uses the store only");
  }
  return &connection;
}

static struct record *find(struct table *in, const uint8_t *key,
                           uint32_t size) {
  for (uint32_t i = 0; i < in->count; i++) {
    struct record *record = &in->records[i];
    if (record->key_size == size && memcmp(record->key, key, size) == 0) {
      return record;
    }
  }
  return NULL;
}

static enum store_result put(uint32_t key_size, uint32_t value_size) {
  struct record *record = find(table, shared, key_size);
  if (value_size > VALUE_MAX) {
    fuzz_fail("a value has a bound");
  }
  if (record == NULL) {
    if (table->count == RECORDS_MAX) {
      return STORE_FULL;
    }
    record = &table->records[table->count++];
  }
  record->key_size = key_size;
  record->value_size = value_size;
  memcpy(record->key, shared, key_size);
  memcpy(record->value, shared + STORE_VALUE_AT, value_size);
  return STORE_DONE;
}

static enum store_result get(uint32_t key_size, word_t words[2]) {
  const struct record *record = find(table, shared, key_size);
  if (record == NULL) {
    return STORE_NO_KEY;
  }
  memcpy(shared + STORE_VALUE_AT, record->value, record->value_size);
  words[0] = record->value_size;
  return STORE_DONE;
}

/* The last record takes the place, so a walk may leave it out. */
static enum store_result delete (uint32_t key_size) {
  struct record *record = find(table, shared, key_size);
  if (record == NULL){return STORE_NO_KEY;}
*record = table->records[--table->count];
return STORE_DONE;
}

static enum store_result next(word_t words[2]) {
  uint32_t at = words[0];
  if (at >= table->count) {
    return STORE_NO_KEY;
  }
  const struct record *record = &table->records[at];
  memcpy(shared, record->key, record->key_size);
  memcpy(shared + STORE_VALUE_AT, record->value, record->value_size);
  words[0] = record->key_size | record->value_size << 16;
  words[1] = at + 1;
  return STORE_DONE;
}

enum err client_call(enum rt_service service, word_t label, word_t words[2]) {
  (void)rt_connect(service);
  if (calls_left == 0) {
    return (enum err)STORE_DEVICE;
  }
  calls_left -= calls_left == FUZZ_NEVER ? 0 : 1;
  if (label == STORE_NEXT) {
    return (enum err)next(words);
  }
  if (words[0] > KEY_MAX) {
    fuzz_fail("a key has a bound");
  }
  switch (label) {
  case STORE_GET:
    return (enum err)get(words[0], words);
  case STORE_PUT:
    return (enum err)put(words[0], words[1]);
  case STORE_DELETE:
    return (enum err) delete (words[0]);
  default:
    fuzz_fail("the keeper asks what the store knows");
  }
}

/* ---- what must hold ------------------------------------------------------ */

static bool has_value(const struct record *record,
                      const struct database *database, uint32_t chain) {
  struct chain_reader value = database_value(database, chain);
  return record->value_size == database_entry(database, chain).value_length &&
         chain_equal(&value, (struct slice){record->value, record->value_size});
}

/* Check a key of the database that is to be kept. */
static void check_key(const struct database *database, uint32_t chain,
                      bool is_done) {
  uint8_t bytes[KEY_MAX];
  uint32_t size = database_entry(database, chain).key_length;
  struct chain_reader key = database_key(database, chain);
  chain_copy(&key, bytes, size);
  const struct record *record = find(table, bytes, size);
  struct record *old = find(&before, bytes, size);
  bool as_now = record != NULL && has_value(record, database, chain);
  bool as_before = (record == NULL) == (old == NULL) &&
                   (record == NULL ||
                    (record->value_size == old->value_size &&
                     memcmp(record->value, old->value, old->value_size) == 0));
  if (!as_now && (is_done || !as_before)) {
    fuzz_fail("a key is kept as it is, or as it was if SAVE failed");
  }
}

/* @return Keys of the database that are to be kept. */
static uint32_t check_keys(const struct database *database, bool is_done) {
  uint32_t count = 0;
  for (uint32_t i = 0; i <= database->bucket_mask; i++) {
    uint32_t chain = database_first(database, i);
    for (; chain != DATABASE_ABSENT; chain = database_next(database, chain)) {
      if (database_entry(database, chain).expires_ms == DATABASE_NO_EXPIRY) {
        check_key(database, chain, is_done);
        count++;
      }
    }
  }
  return count;
}

static void check_load(uint32_t count) {
  static uint32_t memory[MEMORY / 4];
  struct database loaded;
  memset(memory, 0, sizeof memory);
  database_start(&loaded, memory, sizeof memory);
  calls_left = FUZZ_NEVER;
  if (!flash_keeper.load(&loaded) || loaded.keys != count ||
      check_keys(&loaded, true) != count) {
    fuzz_fail("what was saved is loaded");
  }
}

static enum keeper_result save(struct database *database) {
  before = *table;
  enum keeper_result result = flash_keeper.save(database);
  bool is_done = result == KEEPER_DONE;
  uint32_t count = check_keys(database, is_done);
  if (is_done) {
    uint32_t left = calls_left;
    if (table->count != count) {
      fuzz_fail("nothing else is kept");
    }
    check_load(count);
    calls_left = left;
  } else if (result == KEEPER_DEVICE ? calls_left != 0 : count <= RECORDS_MAX) {
    fuzz_fail("SAVE fails only if the store does");
  }
  done += is_done;
  failed += !is_done;
  return result;
}

const struct keeper fuzz_keeper = {.save = save};

/* ---- control ------------------------------------------------------------- */

void fuzz_keeper_begin(void) {
  /* Addresses of the board have 32 bits. */
  shared = mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (shared == MAP_FAILED) {
    fuzz_fail("there is memory below 4 GiB");
  }
  connection.shared = (vaddr_t)(uintptr_t)shared;
}

void fuzz_keeper_use(uint32_t side, uint32_t calls) {
  table = &tables[side];
  calls_left = calls;
}

bool fuzz_keeper_sides_agree(void) {
  bool agree = tables[0].count == tables[1].count;
  for (uint32_t i = 0; agree && i < tables[0].count; i++) {
    const struct record *one = &tables[0].records[i];
    const struct record *two = &tables[1].records[i];
    agree = one->key_size == two->key_size &&
            one->value_size == two->value_size &&
            memcmp(one->key, two->key, one->key_size) == 0 &&
            memcmp(one->value, two->value, one->value_size) == 0;
  }
  return agree;
}

unsigned long fuzz_keeper_done(void) {
  return done;
}

unsigned long fuzz_keeper_failed(void) {
  return failed;
}
