/* SPDX-License-Identifier: BSD-2-Clause */
/* A flash that can lose power, and the model of what it must hold. */
#include "store_world.h"

#include <stdio.h>
#include <string.h>

#define VALUE_MOST 900u /* a quarter of a sector, as on the board */

/* ---- the flash ----------------------------------------------------------- */

static uint32_t size_of(const struct world_flash *flash) {
  return flash->flash.sectors * WORLD_SECTOR;
}

static bool is_outside(struct world_flash *flash, uint32_t offset,
                       uint32_t count) {
  bool outside = offset > size_of(flash) || count > size_of(flash) - offset;
  flash->outside = flash->outside || outside;
  return outside;
}

static bool flash_read(void *context, uint32_t offset, void *bytes,
                       uint32_t count) {
  struct world_flash *flash = context;
  if (is_outside(flash, offset, count)) {
    return false;
  }
  memcpy(bytes, &flash->bytes[offset], count);
  return !flash->dead;
}

/* Bytes of an operation on `count` that are done when power fails. */
static uint32_t torn_count(enum tear tear, uint32_t count) {
  switch (tear) {
  case TEAR_NOTHING:
    return 0;
  case TEAR_FIRST:
    return 2;
  case TEAR_HALF:
    return count / 2 & ~1u;
  case TEAR_SCATTER:
    return count / 3 & ~1u;
  case TEAR_ALMOST:
    return count - 2;
  case TEAR_ALL:
  case TEARS:
    break;
  }
  return count;
}

/* Begin an operation. @return Whether power fails in it. */
static bool fails_now(struct world_flash *flash) {
  flash->operations++;
  flash->dead = flash->dead || flash->operations == flash->cut_at;
  return flash->dead;
}

static bool flash_program(void *context, uint32_t offset, const void *bytes,
                          uint32_t count) {
  struct world_flash *flash = context;
  const uint8_t *from = bytes;
  if (flash->dead) {
    return false;
  }
  if (is_outside(flash, offset, count)) {
    return false;
  }
  flash->misuse = flash->misuse || (offset | count) % 2 != 0;
  bool fails = fails_now(flash);
  uint32_t done = fails ? torn_count(flash->tear, count) : count;
  for (uint32_t i = 0; i < done; i++) {
    flash->bytes[offset + i] &= from[i];
    flash->misuse = flash->misuse || flash->bytes[offset + i] != from[i];
  }
  return !fails;
}

static bool flash_erase(void *context, uint32_t sector) {
  struct world_flash *flash = context;
  uint8_t *bytes = &flash->bytes[sector * WORLD_SECTOR];
  if (flash->dead) {
    return false;
  }
  if (is_outside(flash, sector * WORLD_SECTOR, WORLD_SECTOR)) {
    return false;
  }
  flash->erases[sector]++;
  bool fails = fails_now(flash);
  uint32_t done = fails ? torn_count(flash->tear, WORLD_SECTOR) : WORLD_SECTOR;
  uint32_t first = fails && flash->tear == TEAR_HALF ? WORLD_SECTOR / 2 : 0;
  uint32_t step = fails && flash->tear == TEAR_SCATTER ? 3 : 1;
  for (uint32_t i = 0; i < done; i++) {
    bytes[(first + step * i) % WORLD_SECTOR] = 0xff;
  }
  return !fails;
}

/* ---- the model ----------------------------------------------------------- */

void world_start(struct world *world, uint32_t sectors, uint32_t seed) {
  memset(world, 0, sizeof *world);
  memset(world->flash.bytes, 0xff, sizeof world->flash.bytes);
  world->seed = seed;
  world->flash.flash = (struct store_flash){.sector_size = WORLD_SECTOR,
                                            .sectors = sectors,
                                            .read = flash_read,
                                            .program = flash_program,
                                            .erase = flash_erase};
}

uint32_t world_random(struct world *world, uint32_t limit) {
  world->seed = world->seed * 1664525u + 1013904223u;
  return (uint32_t)((uint64_t)(world->seed >> 8) * limit >> 24);
}

enum store_result world_mount(struct world *world) {
  world->flash.dead = false;
  world->flash.cut_at = 0;
  world->flash.flash.context = &world->flash;
  return store_mount(&world->store, &world->flash.flash);
}

struct store_bytes world_key(uint32_t key) {
  static char text[RECORD_KEY_MAX];
  int size = snprintf(text, sizeof text, "key %u%.*s", (unsigned)key,
                      (int)(key % 5 * 20),
                      "....................................................."
                      "...........................");
  return (struct store_bytes){(const uint8_t *)text, (uint32_t)size};
}

struct store_bytes world_value(uint32_t key, uint32_t version) {
  static uint8_t value[VALUE_MOST];
  uint32_t mark = (key + 1) * 2654435761u ^ version * 40503u;
  uint32_t size = mark % 4 == 0 ? mark / 7 % VALUE_MOST : mark / 7 % 150;
  for (uint32_t i = 0; i < size; i++) {
    mark = mark * 1664525u + 1013904223u;
    value[i] = (uint8_t)(mark >> 24);
  }
  return (struct store_bytes){value, size};
}

enum store_result world_step(struct world *world) {
  bool hot = world_random(world, 4) != 0;
  uint32_t key = world_random(world, hot ? WORLD_HOT_KEYS : WORLD_KEYS);
  bool deletes = world_random(world, 8) == 0;
  struct store_bytes name = world_key(key);
  world->pending = true;
  world->pending_key = key;
  world->pending_version = deletes ? 0 : ++world->version;
  struct store_bytes value = world_value(key, world->version);
  enum store_result result = deletes ? store_delete(&world->store, &name)
                                     : store_put(&world->store, &name, &value);
  if (result == STORE_DONE) {
    world->versions[key] = world->pending_version;
  }
  if (!world->flash.dead) {
    world->pending = false;
  }
  return result;
}

/* Does the store hold exactly this version of a key? */
static bool holds(struct world *world, uint32_t key, uint32_t version) {
  struct store_bytes name = world_key(key);
  struct store_bytes found = {NULL, 0};
  enum store_result result = store_get(&world->store, &name, &found);
  if (version == 0) {
    return result == STORE_NO_KEY;
  }
  struct store_bytes wanted = world_value(key, version);
  return result == STORE_DONE && found.size == wanted.size &&
         memcmp(found.bytes, wanted.bytes, found.size) == 0;
}

bool world_is_right(struct world *world) {
  uint32_t keys = 0;
  bool right = !world->flash.misuse && !world->flash.outside;
  if (world->pending &&
      holds(world, world->pending_key, world->pending_version)) {
    world->versions[world->pending_key] = world->pending_version;
  }
  world->pending = false;
  for (uint32_t i = 0; i < WORLD_KEYS; i++) {
    right = right && holds(world, i, world->versions[i]);
    keys += world->versions[i] != 0;
  }
  return right && store_look(&world->store)->keys == keys;
}
