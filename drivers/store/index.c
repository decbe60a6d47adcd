/* SPDX-License-Identifier: BSD-2-Clause */
/* Hash table of the records. Pure, tested on the host. */
#include "index.h"

#include <string.h>

#define MASK (INDEX_SLOTS - 1)

_Static_assert((INDEX_SLOTS & MASK) == 0 && INDEX_KEYS_MAX < INDEX_SLOTS,
               "probing ends at a free slot");

void index_clear(struct index *index) {
  memset(index, 0, sizeof *index);
}

struct index_entry *index_find(struct index *index, const struct index_key *key,
                               index_same *same, void *context) {
  uint32_t i = key->hash & MASK;
  while (index->slots[i].where != 0) {
    struct index_entry *entry = &index->slots[i];
    if (entry->hash == key->hash && same(context, entry->where, key)) {
      return entry;
    }
    i = (i + 1) & MASK;
  }
  return NULL;
}

bool index_add(struct index *index, const struct index_entry *entry) {
  if (index->count == INDEX_KEYS_MAX) {
    return false;
  }
  uint32_t i = entry->hash & MASK;
  while (index->slots[i].where != 0) {
    i = (i + 1) & MASK;
  }
  index->slots[i] = *entry;
  index->count++;
  return true;
}

/* May the entry in slot `from` move to the free slot `to`? Not if its own
 * slot lies behind `to`. */
static bool may_move(const struct index *index, uint32_t from, uint32_t to) {
  uint32_t home = index->slots[from].hash & MASK;
  return ((from - home) & MASK) >= ((from - to) & MASK);
}

void index_remove(struct index *index, struct index_entry *entry) {
  uint32_t hole = (uint32_t)(entry - index->slots);
  uint32_t i = (hole + 1) & MASK;
  while (index->slots[i].where != 0) {
    if (may_move(index, i, hole)) {
      index->slots[hole] = index->slots[i];
      hole = i;
    }
    i = (i + 1) & MASK;
  }
  index->slots[hole].where = 0;
  index->count--;
}
