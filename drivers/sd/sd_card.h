/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The card: identification, and blocks of 512 bytes by number. Source: SD
 * Physical Layer Simplified Specification 6.00, chapters 4 and 5.
 */
#pragma once

#include "rt/start.h"

/** Rests about ten milliseconds. */
typedef void card_rest(void);

/** Wake the card up. @return Its size in blocks; 0 if none answers. */
uint32_t card_start(card_rest *rest);

bool card_read(uint32_t block, uint32_t words[128]);
bool card_write(uint32_t block, const uint32_t words[128]);

/**
 * Pure: the size in blocks that a card's CSD register tells.
 * @param csd  Its bits 127 to 8, as four words, the lowest first.
 */
uint32_t card_size(const uint32_t csd[4]);
