/* SPDX-License-Identifier: BSD-2-Clause */
/* Private: from a key to its entry in the index. */
#pragma once

#include "store.h"

/** @return The entry of a key; NULL if there is none. `key` is filled but for
 * bytes and size. */
struct index_entry *lookup_find(struct store *store, struct index_key *key);

/** The key of the record at `place`, read into `bytes` (RECORD_KEY_MAX). */
bool lookup_read_key(const struct store *store, const struct log_place *place,
                     uint8_t *bytes, struct index_key *key);
