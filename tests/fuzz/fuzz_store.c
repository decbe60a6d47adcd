/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record store on flash images that are corrupt, under sanitizers:
 * `fuzz_store [IMAGES [SEED]]`. An image is what a working store left, and then
 * bits flip, ranges are overwritten, sectors
 * exchanged, headers forged. The store may
 * refuse it or find values damaged. It must not read or program beyond the
 * flash, loop, or give a value that was never written; and what it then says
 * is done must be there after the next mount.
 */
#include "store_world.h"

#include "harness/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGES 400u
#define HISTORY 120u /* operations that make an image */
#define AFTERWARDS 20u

static struct world world;

static void flip_bits(void) {
  uint32_t flips = 1 + world_random(&world, 40);
  uint32_t size = world.flash.flash.sectors * WORLD_SECTOR;
  for (uint32_t i = 0; i < flips; i++) {
    world.flash.bytes[world_random(&world, size)] ^=
        (uint8_t)(1u << world_random(&world, 8));
  }
}

static void overwrite_range(void) {
  uint32_t size = world.flash.flash.sectors * WORLD_SECTOR;
  uint32_t start = world_random(&world, size);
  uint32_t count = world_random(&world, 600);
  uint32_t kind = world_random(&world, 3);
  for (uint32_t i = start; i < start + count && i < size; i++) {
    uint8_t noise = (uint8_t)world_random(&world, 256);
    world.flash.bytes[i] = kind == 0 ? 0 : kind == 1 ? 0xff : noise;
  }
}

static void exchange_sectors(void) {
  static uint8_t kept[WORLD_SECTOR];
  uint32_t sectors = world.flash.flash.sectors;
  uint8_t *a = &world.flash.bytes[world_random(&world, sectors) * WORLD_SECTOR];
  uint8_t *b = &world.flash.bytes[world_random(&world, sectors) * WORLD_SECTOR];
  memcpy(kept, a, WORLD_SECTOR);
  memmove(a, b, WORLD_SECTOR);
  if (world_random(&world, 2) == 0) { /* else both are the same now */
    memcpy(b, kept, WORLD_SECTOR);
  }
}

/* A header that looks right, of sizes as they come, somewhere. */
static void forge_record(void) {
  static uint8_t bytes[RECORD_MAX];
  uint32_t size = world.flash.flash.sectors * WORLD_SECTOR;
  struct record record = {
      .key_size = (uint16_t)world_random(&world, RECORD_KEY_MAX + 1),
      .value_size = (uint16_t)world_random(&world, RECORD_VALUE_MAX)};
  record_encode(bytes, &record);
  uint32_t sector = world_random(&world, size / WORLD_SECTOR);
  uint32_t place = sector * WORLD_SECTOR + SECTOR_HEADER;
  struct record there;
  while (world_random(&world, 4) != 0 && place % WORLD_SECTOR < 3000 &&
         record_decode(&world.flash.bytes[place], &there) == RECORD_WHOLE) {
    place += record_extent(&there);
  }
  memcpy(&world.flash.bytes[place], bytes, RECORD_HEADER);
}

static void corrupt(void) {
  static void (*const ways[])(void) = {flip_bits, overwrite_range,
                                       exchange_sectors, forge_record};
  uint32_t rounds = 1 + world_random(&world, 3);
  for (uint32_t i = 0; i < rounds; i++) {
    ways[world_random(&world, 4)]();
  }
}

/* Is this a value that was written under this key at some time? */
static bool was_written(uint32_t key, const struct store_bytes *found) {
  for (uint32_t version = 1; version <= world.version; version++) {
    struct store_bytes value = world_value(key, version);
    if (found->size == value.size &&
        memcmp(found->bytes, value.bytes, value.size) == 0) {
      return true;
    }
  }
  return false;
}

/* Every key gives a value of its own, or an error. */
static bool gives_no_nonsense(void) {
  bool right = true;
  for (uint32_t key = 0; key < WORLD_KEYS; key++) {
    struct store_bytes name = world_key(key);
    struct store_bytes found = {NULL, 0};
    if (store_get(&world.store, &name, &found) == STORE_DONE) {
      right = right && was_written(key, &found);
    }
  }
  return right;
}

/* A value that is taken is there, also after another mount. */
static bool keeps_what_it_takes(void) {
  bool right = true;
  for (uint32_t i = 0; i < AFTERWARDS && right; i++) {
    uint32_t key = world_random(&world, WORLD_KEYS);
    struct store_bytes name = world_key(key);
    struct store_bytes value = world_value(key, ++world.version);
    struct store_bytes found = {NULL, 0};
    if (store_put(&world.store, &name, &value) != STORE_DONE) {
      return true;
    }
    right = (i % 5 != 0 || world_mount(&world) == STORE_DONE) &&
            store_get(&world.store, &name, &found) == STORE_DONE &&
            found.size == value.size &&
            memcmp(found.bytes, value.bytes, value.size) == 0;
  }
  return right;
}

static bool one_image(uint32_t seed, bool *mounted) {
  world_start(&world, 8, seed);
  world_mount(&world);
  for (uint32_t i = 0; i < HISTORY; i++) {
    world_step(&world);
  }
  corrupt();
  *mounted = world_mount(&world) == STORE_DONE;
  bool right = !*mounted || (gives_no_nonsense() && keeps_what_it_takes());
  return right && !world.flash.outside;
}

static uint32_t argument(int argc, char **argv, int place, uint32_t fallback) {
  return argc > place ? (uint32_t)strtoul(argv[place], NULL, 0) : fallback;
}

int main(int argc, char **argv) {
  uint32_t images = argument(argc, argv, 1, IMAGES);
  uint32_t seed = argument(argc, argv, 2, 1);
  uint32_t usable = 0;
  for (uint32_t i = 0; i < images; i++) {
    bool mounted = false;
    bool right = one_image(seed + i, &mounted);
    if (!right) {
      printf("seed %u\n", (unsigned)(seed + i));
    }
    CHECK(right, "a corrupt image makes no wrong value");
    usable += mounted;
  }
  printf("%u corrupt images, %u of them usable\n", (unsigned)images,
         (unsigned)usable);
  return check_report("fuzz_store");
}
