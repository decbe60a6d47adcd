/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ECSPI1 as master of one chip, whose select line is a GPIO pin: bursts of
 * bytes while the chip is selected. Every wait is bounded; who waits in vain
 * says so. Source: IMX6DQRM chapter 21 (ECSPI) and 28 (GPIO).
 */
#pragma once

#include "abi/types.h"

#define ECSPI_BURST_MAX 240u /* bytes; the FIFOs hold 64 words */

/* Where in a command a burst stands: the chip is selected before its first
 * burst and released behind its last. */
enum ecspi_part {
  ECSPI_MIDDLE = 0,
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
 * @param in  Set to the bytes that came back meanwhile; may be NULL.
 * @return False if the controller does not finish; the chip is released then.
 */
bool ecspi_send(enum ecspi_part part, uint32_t out, word_t count, uint32_t *in);

/**
 * Take `count` (1 to ECSPI_BURST_MAX) bytes from the chip.
 * @return False as ecspi_send.
 */
bool ecspi_receive(enum ecspi_part part, uint8_t *bytes, word_t count);
