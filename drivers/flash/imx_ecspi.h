/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ECSPI1 as master of one chip, whose select line is a GPIO pin: bursts of
 * bytes while the chip is selected. Every wait is bounded; who waits in vain
 * says so. Source: IMX6DQRM chapter 21 (ECSPI) and 28 (GPIO).
 */
#pragma once

#include "abi/types.h"

#define ECSPI_BURST_MAX 256u /* bytes: the FIFOs hold 64 words */

/**
 * Set the controller up, the chip not selected.
 * @param ecspi, gpio  Register pages: the controller, and the bank of the pin.
 */
void ecspi_start(vaddr_t ecspi, vaddr_t gpio);

/** Select the chip: what it is told until ecspi_release is one command. */
void ecspi_select(void);
void ecspi_release(void);

/**
 * Send `count` (1 to 4) bytes, the lowest of `out`, the highest of these first.
 * @param in  Set to the bytes that came back meanwhile; may be NULL.
 * @return False if the controller does not finish.
 */
bool ecspi_exchange(uint32_t out, word_t count, uint32_t *in);

/**
 * Take `count` (1 to ECSPI_BURST_MAX) bytes from the chip.
 * @return False if the controller does not finish.
 */
bool ecspi_receive(uint8_t *bytes, word_t count);
