/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ECSPI1 as master of one chip, whose select line is a GPIO pin. An access that
 * is done twice, because the primary died just behind it, does no harm to what
 * is sent, and what is received then is told to be lost. Every wait is bounded.
 * Source: IMX6DQRM chapter 21 (ECSPI) and 28 (GPIO).
 */
#pragma once

#include "abi/types.h"

#define ECSPI_WORDS_MAX 57u /* that come back, the first one included */

/* Where in a command a burst stands: the chip is selected before its first
 * burst and released behind its last. */
enum ecspi_part {
  ECSPI_FIRST = 1,
  ECSPI_LAST = 2,
  ECSPI_WHOLE = ECSPI_FIRST | ECSPI_LAST,
};

/**
 * Set the controller up, the chip not selected.
 * @param ecspi, gpio  Register pages: the controller, and the bank of the pin.
 */
void ecspi_start(vaddr_t ecspi, vaddr_t gpio);

/**
 * Send `count` (1 to 4) bytes, the lowest of `out`, the highest of these first.
 * @return False if the controller does not finish; the chip is released then.
 */
bool ecspi_send(enum ecspi_part part, uint32_t out, word_t count);

/**
 * A whole command of four bytes, and what comes back meanwhile and behind it.
 * @param words  `count` (1 to ECSPI_WORDS_MAX) words, the first byte that came
 *               highest in each; the first word came with the command.
 * @return False as ecspi_send, or if a word was lost: ask again.
 */
bool ecspi_ask(uint32_t out, uint32_t *words, word_t count);
