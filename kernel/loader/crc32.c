/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 by tables that are made on first use, four bytes at a time where the
 * data are aligned: the payload is large enough for the boot time to show.
 * table[k][b] is the effect of byte b with k zero bytes behind it.
 */
#include "loader/crc32.h"

#define POLYNOMIAL 0xedb88320u
#define STRIDE 4u

static uint32_t table[STRIDE][256];

static void tables_make(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; bit++) {
      value = (value >> 1) ^ ((value & 1) != 0 ? POLYNOMIAL : 0);
    }
    table[0][byte] = value;
  }
  for (uint32_t k = 1; k < STRIDE; k++) {
    for (uint32_t byte = 0; byte < 256; byte++) {
      uint32_t value = table[k - 1][byte];
      table[k][byte] = (value >> 8) ^ table[0][value & 0xff];
    }
  }
}

uint32_t crc32(const void *data, size_t bytes) {
  const uint8_t *at = data;
  uint32_t value = 0xffffffffu;
  if (table[0][1] == 0) {
    tables_make();
  }
  if (((uintptr_t)at & (STRIDE - 1)) == 0) {
    for (; bytes >= STRIDE; bytes -= STRIDE, at += STRIDE) {
      value ^= *(const uint32_t *)(const void *)at;
      value = table[3][value & 0xff] ^ table[2][value >> 8 & 0xff] ^
              table[1][value >> 16 & 0xff] ^ table[0][value >> 24];
    }
  }
  for (; bytes > 0; bytes--, at++) {
    value = (value >> 8) ^ table[0][(value ^ *at) & 0xff];
  }
  return ~value;
}
