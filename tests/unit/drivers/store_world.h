/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of the record store stand on: a flash in memory that loses power
 * where it is told to, and a model that knows what the store must hold. A value
 * follows from its key and version, so the model is a version per key.
 */
#pragma once

#include "store.h"

#define WORLD_SECTOR 4096u
#define WORLD_SECTORS_MAX 16u
#define WORLD_KEYS 24u
#define WORLD_HOT_KEYS 3u /* get most of the changes */

/* How much of the operation that power fails in has been done. */
enum tear {
  TEAR_NOTHING,
  TEAR_FIRST,   /* the first two bytes */
  TEAR_HALF,    /* the first half; of an erase: the second */
  TEAR_ALMOST,  /* all but the last two bytes */
  TEAR_SCATTER, /* bytes here and there; of a program: the first third */
  TEAR_ALL,     /* done, but nobody was told */
  TEARS,
};

struct world_flash {
  struct store_flash flash; /* for the store; its context is this structure */
  uint8_t bytes[WORLD_SECTORS_MAX * WORLD_SECTOR];
  uint32_t erases[WORLD_SECTORS_MAX];
  uint32_t operations; /* programs and erases so far */
  uint32_t cut_at;     /* power fails in this one; 0: never */
  enum tear tear;
  bool dead;    /* power has failed */
  bool outside; /* was touched beyond its end */
  bool misuse;  /* misaligned, or ones programmed over zeros */
};

struct world {
  struct world_flash flash;
  struct store store;
  uint32_t versions[WORLD_KEYS]; /* acknowledged; 0: no such key */
  uint32_t pending_key;          /* in the operation that was not answered */
  uint32_t pending_version;
  bool pending;
  uint32_t version; /* the last one given */
  uint32_t seed;
};

/** A blank flash of `sectors` sectors, an empty model. */
void world_start(struct world *world, uint32_t sectors, uint32_t seed);

/** A number below `limit`, of the world's own sequence. */
uint32_t world_random(struct world *world, uint32_t limit);

/** Power back on: mount what the flash holds. */
enum store_result world_mount(struct world *world);

/** One random operation, put or delete, and the model follows.
 * @return What the store said. */
enum store_result world_step(struct world *world);

/** Does the store hold what the model says, nothing else? Settles what was
 * pending: the old or the new value. */
bool world_is_right(struct world *world);

/** The key number `key` and its value of `version`, in static memory. */
struct store_bytes world_key(uint32_t key);
struct store_bytes world_value(uint32_t key, uint32_t version);
