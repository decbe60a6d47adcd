/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32, bit by bit: serial line and flash are slower than any table. */
#include "driver/crc32.h"

#define POLYNOMIAL 0xedb88320u

uint32_t crc32_update(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *byte = bytes;
  crc = ~crc;
  for (size_t i = 0; i < count; i++) {
    crc ^= byte[i];
    for (int bit = 0; bit < 8; bit++) {
      crc = (crc >> 1) ^ ((crc & 1u) != 0 ? POLYNOMIAL : 0);
    }
  }
  return ~crc;
}
