/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's SPI NOR flash, SST25VF016B: 2 MiB in sectors of 4 KiB. Offsets
 * and counts must have been checked. Source: the chip's data sheet (Microchip
 * S71271), "Instructions".
 */
#pragma once

#include "abi/types.h"

#define SST25_SIZE 0x200000u
#define SST25_SECTOR 0x1000u

/** Rests about a millisecond; called while the chip erases. */
typedef void sst25_rest(void);

/**
 * Look for the chip and lift its write protection.
 * @return False if another chip answers, or none.
 */
bool sst25_start(sst25_rest *rest);

/** @return Bytes read. */
word_t sst25_read(word_t offset, uint8_t *bytes, word_t count);

/** Program an even count of bytes at an even offset. @return Bytes done. */
word_t sst25_program(word_t offset, const uint8_t *bytes, word_t count);

/** Erase the sector at `offset`. @return Bytes done. */
word_t sst25_erase(word_t offset);
