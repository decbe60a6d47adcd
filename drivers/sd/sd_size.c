/* SPDX-License-Identifier: BSD-2-Clause */
/* The size of a card. Pure, tested on the host. Source: SD Physical Layer
 * Simplified Specification 6.00, 5.3. */
#include "sd_card.h"

#define CSD_STRUCTURE 126u
#define READ_BLOCK_LENGTH 80u
#define SIZE_1 62u
#define SIZE_MULTIPLIER 47u
#define SIZE_2 48u
#define BLOCK_BITS 9u

/* `count` bits of the CSD from bit `from` on; words begin at its bit 8. */
static uint32_t csd_bits(const uint32_t csd[4], uint32_t from, uint32_t count) {
  uint32_t at = from - 8;
  uint64_t pair = csd[at / 32];
  if (at / 32 < 3) {
    pair |= (uint64_t)csd[at / 32 + 1] << 32;
  }
  return (uint32_t)(pair >> at % 32) & ((1u << count) - 1);
}

uint32_t card_size(const uint32_t csd[4]) {
  if (csd_bits(csd, CSD_STRUCTURE, 2) != 0) {
    return (csd_bits(csd, SIZE_2, 22) + 1) << 10;
  }
  uint32_t length = csd_bits(csd, READ_BLOCK_LENGTH, 4);
  uint32_t shift = csd_bits(csd, SIZE_MULTIPLIER, 3) + 2 + length;
  bool right = length >= BLOCK_BITS && length <= BLOCK_BITS + 2;
  return right ? (csd_bits(csd, SIZE_1, 12) + 1) << (shift - BLOCK_BITS) : 0;
}
