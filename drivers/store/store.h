/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record store: values under keys on a flash, one record each, the newest
 * counts. Portable; the whole state is in `struct store` (about 41 KiB).
 *
 * When store_put or store_delete returns STORE_DONE, it is on the flash. When
 * power fails before, the next mount finds the old value or the new one; all
 * other keys are as they were.
 */
#pragma once

#include "index.h"
#include "log.h"

struct store {
  struct log log;
  struct index index;
  struct store_status status;
  uint8_t buffer[RECORD_MAX]; /* one record on its way */
};

/* Bytes of the caller. */
struct store_bytes {
  const uint8_t *bytes;
  uint32_t size;
};

/**
 * Find what is on the flash. A flash that holds no store is an empty one.
 * @return STORE_DONE, STORE_DEVICE, or STORE_FULL (more keys or bytes than
 *         this store can hold: it is not this store's flash).
 */
enum store_result store_mount(struct store *store,
                              const struct store_flash *flash);

/**
 * Write a value.
 * @param key    0..STORE_KEY_MAX bytes.
 * @param value  At most STORE_VALUE_MAX bytes.
 * @return STORE_DONE, STORE_FULL (nothing has changed) or STORE_DEVICE.
 */
enum store_result store_put(struct store *store, const struct store_bytes *key,
                            const struct store_bytes *value);

/** @return STORE_DONE, STORE_NO_KEY, STORE_FULL or STORE_DEVICE. */
enum store_result store_delete(struct store *store,
                               const struct store_bytes *key);

/**
 * Look up a key.
 * @param value  Set to the value, in the store's buffer until the next call.
 * @return STORE_DONE, STORE_NO_KEY, STORE_DAMAGED or STORE_DEVICE.
 */
enum store_result store_get(struct store *store, const struct store_bytes *key,
                            struct store_bytes *value);

/**
 * The next key and value in no order.
 * @param cursor  0 at first; moved on.
 * @return As store_get; STORE_NO_KEY when there are no more.
 */
enum store_result store_next(struct store *store, uint32_t *cursor,
                             struct store_bytes *key,
                             struct store_bytes *value);

/** Figures of `store`, brought up to date. */
const struct store_status *store_look(struct store *store);
