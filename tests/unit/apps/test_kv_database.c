/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/kv/database.c and cells.c: nothing is lost, nothing leaks, whatever the
 * lengths; full is said before anything changes. */
#include "database.h"

#include "harness/check.h"

#include <stdlib.h>

#define MEMORY 16384u

static uint32_t memory[MEMORY / 4];
static struct database database;

static void start(void) {
  memset(memory, 0, sizeof memory);
  database_start(&database, memory, sizeof memory);
}

static struct slice text_of(uint32_t length, uint8_t seed) {
  static uint8_t text[2][4096];
  static unsigned turn;
  uint8_t *bytes = text[turn++ % 2];
  for (uint32_t i = 0; i < length; i++) {
    bytes[i] = (uint8_t)(seed + i * 7);
  }
  return (struct slice){bytes, length};
}

static bool put(const char *key, struct slice value) {
  uint32_t chain = database_find(&database, slice_of(key));
  return database_put(&database, chain, slice_of(key), value) !=
         DATABASE_ABSENT;
}

static bool holds(const char *key, struct slice value) {
  uint32_t chain = database_find(&database, slice_of(key));
  if (chain == DATABASE_ABSENT) {
    return false;
  }
  struct chain_reader reader = database_value(&database, chain);
  return database_entry(&database, chain).value_length == value.length &&
         chain_equal(&reader, value);
}

/* Cells that chains hold, counted by walking all buckets. */
static uint32_t count_cells(void) {
  uint32_t count = 0;
  for (uint32_t i = 0; i <= database.bucket_mask; i++) {
    uint32_t chain = database.buckets[i];
    while (chain != CELL_NONE) {
      for (uint32_t c = chain; c != CELL_NONE; c = database.cells.all[c].next) {
        count++;
      }
      chain = database_entry(&database, chain).next;
    }
  }
  return count;
}

static bool is_sound(void) {
  return count_cells() == database.cells.used &&
         cells_left(&database.cells) + database.cells.used ==
             database.cells.count - 1;
}

static void keeps_values_of_every_length(void) {
  bool kept = true;
  start();
  for (uint32_t length = 0; length < 400; length++) {
    kept = kept && put("key", text_of(length, (uint8_t)length)) &&
           holds("key", text_of(length, (uint8_t)length)) && is_sound();
  }
  for (uint32_t length = 400; length-- > 0;) {
    kept = kept && put("key", text_of(length, 3)) &&
           holds("key", text_of(length, 3)) && is_sound();
  }
  CHECK(kept, "a value is what was put, growing and shrinking");
  CHECK(database.keys == 1 && database.cells.used == 1, "in as few cells");
}

static void appends(void) {
  bool kept = true;
  start();
  (void)put("key", text_of(0, 0));
  for (uint32_t i = 0; i < 300; i++) {
    struct slice whole = text_of(i + 1, 0);
    uint32_t chain = database_find(&database, slice_of("key"));
    kept = kept && database_append(&database, chain,
                                   (struct slice){whole.bytes + i, 1});
    kept = kept && holds("key", whole) && is_sound();
  }
  CHECK(kept, "a value grows byte by byte");
}

static void fills_up(void) {
  char key[8] = "k0000";
  uint32_t count = 0;
  start();
  while (put(key, text_of(100, (uint8_t)count))) {
    count++;
    key[4] = (char)('0' + count % 10);
    key[3] = (char)('0' + count / 10 % 10);
    key[2] = (char)('0' + count / 100);
  }
  CHECK(count > 50 && database.keys == count, "many keys fit");
  CHECK(is_sound() && holds("k0000", text_of(100, 0)), "full changes nothing");
  CHECK(put("k0000", text_of(90, 9)), "a value that needs no more is taken");
  CHECK(!put("k0000", text_of(4000, 9)) && holds("k0000", text_of(90, 9)),
        "one that does is refused, and the old one stays");
  database_remove(&database, database_find(&database, slice_of("k0001")));
  CHECK(put("new", text_of(100, 1)), "a removed key makes room");
  database_clear(&database);
  CHECK(database.keys == 0 && is_sound() && put("new", text_of(100, 1)),
        "clearing makes room for all");
}

static void expires(void) {
  start();
  (void)put("a", text_of(5, 0));
  (void)put("b", text_of(5, 0));
  database_set_time(&database, 1000);
  database_expire(&database, database_find(&database, slice_of("a")), 1500);
  database_set_time(&database, 1499);
  CHECK(holds("a", text_of(5, 0)), "a key lives until its time");
  database_set_time(&database, 400);
  CHECK(database.now_ms == 1499, "time does not go back");
  database_set_time(&database, 1500);
  CHECK(database.keys == 2, "nobody has looked yet");
  CHECK(!holds("a", text_of(5, 0)) && database.keys == 1 && is_sound(),
        "at its time it is gone");
  database_expire(&database, database_find(&database, slice_of("b")), 1600);
  database_set_time(&database, 1600);
  database_sweep(&database, database.bucket_mask + 1);
  CHECK(database.keys == 0 && database.expiring == 0 && database.expired == 2,
        "a sweep removes what nobody looks at");
}

static void expired_keys_make_room(void) {
  char key[3] = "aa";
  start();
  while (put(key, text_of(500, 0))) {
    database_expire(&database, database_find(&database, slice_of(key)), 50);
    key[1]++;
  }
  database_set_time(&database, 50);
  CHECK(put("bb", text_of(500, 0)) && is_sound(),
        "when room is short, what has expired goes first");
  CHECK(database.keys == 1, "all of it");
}

int main(void) {
  keeps_values_of_every_length();
  appends();
  fills_up();
  expires();
  expired_keys_make_room();
  return check_report("kv database");
}
