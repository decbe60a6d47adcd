/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where on the flash the newest record of each key lies: a hash table with
 * linear probing. It holds no keys; who looks one up says by a function
 * whether a record with the same hash has it. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define INDEX_SLOTS 2048u /* a power of two */
#define INDEX_KEYS_MAX 1536u

struct index_entry {
  uint32_t hash;
  uint32_t where;  /* offset on the flash; 0: the slot is free */
  uint32_t extent; /* bytes there */
};

struct index {
  uint32_t count;
  struct index_entry slots[INDEX_SLOTS];
};

/* Which key is looked for. */
struct index_key {
  const uint8_t *bytes;
  uint32_t size;
  uint32_t hash;
};

/** Does the record at `where` have this key? */
typedef bool index_same(void *context, uint32_t where,
                        const struct index_key *key);

void index_clear(struct index *index);

/** @return The entry of `key`; NULL if there is none. */
struct index_entry *index_find(struct index *index, const struct index_key *key,
                               index_same *same, void *context);

/** Add a key that is not in. @return False if the index is full. */
bool index_add(struct index *index, const struct index_entry *entry);

/** Take an entry out; others may move. */
void index_remove(struct index *index, struct index_entry *entry);
