/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout on the flash. Pure, tested on the host. */
#include "record.h"

#include "driver/crc32.h"

#include <string.h>

#define MAGIC 0x474c5254u /* "TRLG" */
#define STATE_WRITTEN 0xffffu
#define SIZES_AT 2u
#define SIZES_BYTES 4u
#define CHECK_AT 8u

static void put16(uint8_t *bytes, uint32_t value) {
  bytes[0] = (uint8_t)value;
  bytes[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *bytes, uint32_t value) {
  put16(bytes, value);
  put16(bytes + 2, value >> 16);
}

static uint16_t get16(const uint8_t *bytes) {
  return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static uint32_t get32(const uint8_t *bytes) {
  return get16(bytes) | (uint32_t)get16(bytes + 2) << 16;
}

static bool all_are(const uint8_t *bytes, uint8_t value, uint32_t count) {
  uint32_t i = 0;
  while (i < count && bytes[i] == value) {
    i++;
  }
  return i == count;
}

void sector_encode(uint8_t header[SECTOR_HEADER], uint32_t sequence) {
  put32(header, MAGIC);
  put32(header + 4, sequence);
  put32(header + 8, 0);
  put32(header + 12, crc32_update(0, header, 12));
}

uint32_t sector_decode(const uint8_t header[SECTOR_HEADER]) {
  uint32_t sequence = get32(header + 4);
  bool right = get32(header) == MAGIC && get32(header + 8) == 0 &&
               get32(header + 12) == crc32_update(0, header, 12);
  return right && sequence <= SECTOR_SEQUENCE_MAX ? sequence : 0;
}

static uint16_t check_of_sizes(const uint8_t *header) {
  return (uint16_t)crc32_update(0, header + SIZES_AT, SIZES_BYTES);
}

static uint32_t check_of(const uint8_t *bytes, const struct record *record) {
  uint32_t crc = crc32_update(0, bytes + SIZES_AT, SIZES_BYTES);
  return crc32_update(crc, bytes + RECORD_HEADER,
                      record->key_size + record_value_bytes(record));
}

uint32_t record_value_bytes(const struct record *record) {
  return record->value_size == RECORD_DELETED ? 0 : record->value_size;
}

uint32_t record_extent(const struct record *record) {
  uint32_t bytes =
      RECORD_HEADER + record->key_size + record_value_bytes(record);
  return (bytes + 3) & ~3u;
}

uint32_t record_encode(uint8_t *bytes, struct record *record) {
  uint32_t extent = record_extent(record);
  uint32_t end = RECORD_HEADER + record->key_size + record_value_bytes(record);
  put16(bytes, STATE_WRITTEN);
  put16(bytes + SIZES_AT, record->key_size);
  put16(bytes + SIZES_AT + 2, record->value_size);
  put16(bytes + 6, check_of_sizes(bytes));
  record->check = check_of(bytes, record);
  put32(bytes + CHECK_AT, record->check);
  memset(bytes + end, 0xff, extent - end);
  return extent;
}

static bool sizes_are_right(const uint8_t *header,
                            const struct record *record) {
  bool value = record->value_size <= RECORD_VALUE_MAX ||
               record->value_size == RECORD_DELETED;
  return value && record->key_size <= RECORD_KEY_MAX &&
         get16(header + 6) == check_of_sizes(header);
}

enum record_kind record_decode(const uint8_t header[RECORD_HEADER],
                               struct record *record) {
  if (all_are(header, 0xff, RECORD_HEADER)) {
    return RECORD_BLANK;
  }
  if (all_are(header, 0, RECORD_HEADER)) {
    return RECORD_FILLER;
  }
  record->key_size = get16(header + SIZES_AT);
  record->value_size = get16(header + SIZES_AT + 2);
  record->check = get32(header + CHECK_AT);
  if (!sizes_are_right(header, record)) {
    return RECORD_BAD;
  }
  return get16(header) == STATE_WRITTEN ? RECORD_WHOLE : RECORD_KILLED;
}

bool record_is_sound(const uint8_t *bytes, const struct record *record) {
  return check_of(bytes, record) == record->check;
}
