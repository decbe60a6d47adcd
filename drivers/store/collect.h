/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collection of garbage: the oldest sector's records that count are appended
 * again, then the sector is given back. Always the oldest one: all sectors
 * wear alike, and a deletion needs to be kept only as long as its sector.
 *
 * Bounded: a write collects at most COLLECT_STEP sectors, and only when it
 * opens a sector while fewer than COLLECT_LOW of 8 are free. That is enough,
 * whatever is written: drivers/store/README.md has the sum. Only behind
 * collections that a loss of power cut short may fewer than COLLECT_NOW sectors
 * be free; then every write collects until there are more.
 */
#pragma once

#include "store.h"

#define COLLECT_STEP 4u
#define COLLECT_LOW 3u  /* eighths of the sectors */
#define COLLECT_NOW 2u  /* sectors */
#define COLLECT_LIVE 3u /* eighths of the bytes may be records that count */

/** Make room for `extent` bytes. @return STORE_DONE or STORE_DEVICE. */
enum store_result collect_for(struct store *store, uint32_t extent);
