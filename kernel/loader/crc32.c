/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 by a table that is made on first use: the payload is large enough
 * for the boot time to show.
 */
#include "loader/crc32.h"

#define POLYNOMIAL 0xedb88320u

static uint32_t table[256];

static void table_make(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; bit++) {
      value = (value >> 1) ^ ((value & 1) != 0 ? POLYNOMIAL : 0);
    }
    table[byte] = value;
  }
}

uint32_t crc32(const void *data, size_t bytes) {
  const uint8_t *at = data;
  uint32_t value = 0xffffffffu;
  if (table[1] == 0) {
    table_make();
  }
  for (size_t i = 0; i < bytes; i++) {
    value = (value >> 8) ^ table[(value ^ at[i]) & 0xff];
  }
  return ~value;
}
