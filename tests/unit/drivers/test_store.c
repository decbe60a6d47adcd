/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivers/store: what is written is found, before and after a mount; garbage is
 * collected with bounded work whatever is written; sectors wear alike; what
 * can not be done changes nothing.
 */
#include "store_world.h"

#include "collect.h"
#include "harness/check.h"

#include <stdio.h>
#include <string.h>

static struct world world;

static struct store_bytes text(const char *string) {
  return (struct store_bytes){(const uint8_t *)string,
                              (uint32_t)strlen(string)};
}

static bool reads(const char *key, const char *wanted) {
  struct store_bytes name = text(key);
  struct store_bytes found = {NULL, 0};
  return store_get(&world.store, &name, &found) == STORE_DONE &&
         found.size == strlen(wanted) &&
         memcmp(found.bytes, wanted, found.size) == 0;
}

static enum store_result put(const char *key, const char *value) {
  struct store_bytes name = text(key);
  struct store_bytes bytes = text(value);
  return store_put(&world.store, &name, &bytes);
}

static void keeps_the_newest_value(void) {
  struct store_bytes missing = text("missing");
  struct store_bytes found;
  world_start(&world, 8, 1);
  CHECK(world_mount(&world) == STORE_DONE, "a blank flash is an empty store");
  CHECK(store_get(&world.store, &missing, &found) == STORE_NO_KEY,
        "an empty store has no key");
  CHECK(put("a", "first") == STORE_DONE && put("b", "") == STORE_DONE &&
            put("a", "second") == STORE_DONE,
        "values are taken");
  CHECK(reads("a", "second") && reads("b", ""), "the newest counts");
  CHECK(world_mount(&world) == STORE_DONE && reads("a", "second") &&
            reads("b", ""),
        "and is there after a mount");
}

static void forgets_what_is_deleted(void) {
  struct store_bytes name = text("a");
  struct store_bytes found;
  CHECK(store_delete(&world.store, &name) == STORE_DONE, "a key is deleted");
  CHECK(store_delete(&world.store, &name) == STORE_NO_KEY, "but only once");
  CHECK(world_mount(&world) == STORE_DONE &&
            store_get(&world.store, &name, &found) == STORE_NO_KEY,
        "it does not come back");
}

static void gives_each_key_once(void) {
  uint32_t cursor = 0;
  uint32_t count = 0;
  bool found_all = true;
  struct store_bytes key;
  struct store_bytes value;
  world_start(&world, 8, 2);
  world_mount(&world);
  for (uint32_t i = 0; i < WORLD_KEYS; i++) {
    struct store_bytes name = world_key(i);
    struct store_bytes bytes = world_value(i, 7);
    found_all =
        found_all && store_put(&world.store, &name, &bytes) == STORE_DONE;
  }
  while (store_next(&world.store, &cursor, &key, &value) == STORE_DONE) {
    count++;
    found_all = found_all && key.size > 4 && memcmp(key.bytes, "key ", 4) == 0;
  }
  CHECK(found_all && count == WORLD_KEYS, "a walk gives every key once");
}

static void takes_no_flash_of_too_few_or_too_many_sectors(void) {
  const uint32_t wrong[] = {0, LOG_SECTORS_MIN - 1, LOG_SECTORS_MAX + 1};
  for (uint32_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    world_start(&world, LOG_SECTORS_MIN, 1);
    world.flash.flash.sectors = wrong[i];
    CHECK(world_mount(&world) == STORE_DEVICE, "it is not mounted");
  }
  world_start(&world, LOG_SECTORS_MIN, 1);
  CHECK(world_mount(&world) == STORE_DONE, "the fewest that do are");
}

/* Random writes, each of bounded work. @return Sectors that one collected. */
static uint32_t write_much(uint32_t sectors, uint32_t writes) {
  uint32_t most = 0;
  bool right = true;
  world_start(&world, sectors, sectors);
  world_mount(&world);
  for (uint32_t i = 0; i < writes && right; i++) {
    uint32_t before = world.store.status.collected;
    enum store_result result = world_step(&world);
    uint32_t collected = world.store.status.collected - before;
    most = collected > most ? collected : most;
    right = result == STORE_DONE || result == STORE_NO_KEY;
    right = right && (i % 100 != 0 || world_is_right(&world));
  }
  CHECK(right, "writes go on for ever");
  return most;
}

static void collects_in_bounded_steps(void) {
  CHECK(write_much(8, 20000) <= COLLECT_STEP, "bounded work per write, 8");
  CHECK(write_much(16, 20000) <= COLLECT_STEP, "bounded work per write, 16");
  const struct store_status *status = store_look(&world.store);
  printf("16 sectors: %u records for 20000 operations, %u of them copies\n",
         status->appended, status->copied);
}

static void wears_all_sectors_alike(void) {
  uint32_t least = UINT32_MAX;
  uint32_t most = 0;
  for (uint32_t i = 0; i < world.flash.flash.sectors; i++) {
    least = world.flash.erases[i] < least ? world.flash.erases[i] : least;
    most = world.flash.erases[i] > most ? world.flash.erases[i] : most;
  }
  printf("erases of a sector: %u to %u\n", least, most);
  CHECK(least > 10 && most - least <= 1, "sectors wear alike");
}

/* Cold values that fill the store to its limit, then one hot key. */
static void stays_bounded_when_it_is_full(void) {
  static uint8_t bytes[900];
  struct store_bytes value = {bytes, sizeof bytes};
  uint32_t count = 0;
  enum store_result result = STORE_DONE;
  world_start(&world, 8, 3);
  world_mount(&world);
  while (result == STORE_DONE) {
    struct store_bytes name = world_key(count);
    result = store_put(&world.store, &name, &value);
    count += result == STORE_DONE;
  }
  CHECK(result == STORE_FULL && count > 8, "it says when it is full");
  struct store_bytes hot = world_key(0);
  bool goes_on = true;
  uint32_t most = 0;
  for (uint32_t i = 0; i < 5000 && goes_on; i++) {
    uint32_t before = world.store.status.collected;
    bytes[0] = (uint8_t)i;
    goes_on = store_put(&world.store, &hot, &value) == STORE_DONE;
    uint32_t collected = world.store.status.collected - before;
    most = collected > most ? collected : most;
  }
  CHECK(goes_on, "a full store still changes values");
  CHECK(most <= COLLECT_STEP, "in bounded steps");
  bool all = true;
  for (uint32_t i = 1; i < count; i++) {
    struct store_bytes name = world_key(i);
    struct store_bytes found;
    all = all && store_get(&world.store, &name, &found) == STORE_DONE &&
          found.size == sizeof bytes;
  }
  CHECK(all, "and loses none of the others");
}

static void tells_of_decay(void) {
  world_start(&world, 8, 4);
  world_mount(&world);
  put("decays", "some value that is long enough to be hit");
  put("behind", "it is another");
  struct store_bytes name = text("decays");
  struct store_bytes found;
  /* the first head is sector 1 */
  world.flash.bytes[WORLD_SECTOR + SECTOR_HEADER + RECORD_HEADER + 20] ^= 4;
  CHECK(store_get(&world.store, &name, &found) == STORE_DAMAGED,
        "a value that has decayed is not given");
  CHECK(world_mount(&world) == STORE_DONE &&
            store_get(&world.store, &name, &found) == STORE_DAMAGED,
        "nor taken for never written");
  CHECK(reads("behind", "it is another"), "the others are");
}

int main(void) {
  keeps_the_newest_value();
  forgets_what_is_deleted();
  gives_each_key_once();
  takes_no_flash_of_too_few_or_too_many_sectors();
  collects_in_bounded_steps();
  wears_all_sectors_alike();
  stays_bounded_when_it_is_full();
  tells_of_decay();
  return check_report("store");
}
