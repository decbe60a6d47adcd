/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies on the flash, byte by byte; pure. Numbers are little endian.
 *
 * A sector begins with a header, written when it is taken into use:
 *   0  magic   4  sequence   8  0   12  CRC-32 of the first twelve bytes
 * All zero or anything else: the sector is free.
 *
 * Behind it follow records, each at a multiple of four:
 *   0  state: 0xffff, or 0 once it is killed
 *   2  size of the key, 0..RECORD_KEY_MAX
 *   4  size of the value, or RECORD_DELETED
 *   6  check of the two sizes
 *   8  CRC-32 of sizes, key and value
 *  12  key, value, up to three bytes 0xff
 * The log of a sector ends where a header is blank (all 0xff). A header of
 * zeros is a filler: only that header.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SECTOR_HEADER 16u
#define SECTOR_SEQUENCE_MAX 0xfffffff0u

#define RECORD_HEADER 12u
#define RECORD_KEY_MAX 256u
#define RECORD_VALUE_MAX 16384u
#define RECORD_DELETED 0xffffu /* as size of the value: the key is gone */
#define RECORD_MAX (RECORD_HEADER + RECORD_KEY_MAX + RECORD_VALUE_MAX)

enum record_kind {
  RECORD_BLANK,  /* end of the log */
  RECORD_FILLER, /* skip the header */
  RECORD_KILLED, /* skip the extent */
  RECORD_WHOLE,  /* the header is right; the check covers the rest */
  RECORD_BAD,    /* nothing of it can be believed */
};

struct record {
  uint16_t key_size;
  uint16_t value_size; /* or RECORD_DELETED */
  uint32_t check;
};

/** Make a sector's header. `sequence` is 1..SECTOR_SEQUENCE_MAX. */
void sector_encode(uint8_t header[SECTOR_HEADER], uint32_t sequence);

/** @return Its sequence; 0 if the sector is free. */
uint32_t sector_decode(const uint8_t header[SECTOR_HEADER]);

/** Put the header of a record in front of `bytes`' key and value, which lie
 * at RECORD_HEADER; pads it to its extent. @return The extent. */
uint32_t record_encode(uint8_t *bytes, struct record *record);

/** Read a header. `record` is set if it is RECORD_WHOLE or RECORD_KILLED. */
enum record_kind record_decode(const uint8_t header[RECORD_HEADER],
                               struct record *record);

/** Bytes of the value; 0 for a deletion. */
uint32_t record_value_bytes(const struct record *record);

/** Bytes on the flash. */
uint32_t record_extent(const struct record *record);

/** Does the check fit what lies at `bytes`: header, key, value? */
bool record_is_sound(const uint8_t *bytes, const struct record *record);
