/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors of the ENET's rings, in their 8-byte form: a word with flags and
 * length, and the physical address of a buffer, which never changes. Pure.
 * Source: IMX6DQRM 23.4 (buffer descriptors), legacy form.
 */
#pragma once

#include "driver/ethernet.h"

#include <stdbool.h>
#include <stdint.h>

#define RING_RECEIVE_COUNT 32u
#define RING_TRANSMIT_COUNT 16u
#define RING_BUFFER_SIZE 2048u

struct ring_descriptor {
  uint32_t word;   /* flags in the upper half, bytes in the lower */
  uint32_t buffer; /* physical address */
};

/** The word of a receive descriptor that waits for a frame. */
uint32_t ring_empty_word(uint32_t index);

/** Does it still wait for one? */
bool ring_is_empty(uint32_t word);

/**
 * Judge a receive descriptor that is not empty. The word is input: nothing in
 * it is trusted.
 * @return Bytes of the frame without its check sequence; 0 if it is to be
 *         dropped: received with an error, too short or too long, in pieces.
 */
uint32_t ring_frame_bytes(uint32_t word);

/**
 * Lengths of frames that are to be sent, each read once: they lie in memory
 * that a client may change meanwhile, so only these copies may be used.
 * @param count  At most RING_TRANSMIT_COUNT.
 * @return False if one is no length of a frame.
 */
bool ring_take_lengths(const struct ethernet_slot *slots, uint32_t count,
                       uint32_t *bytes);

/** The word of a transmit descriptor with a frame of `bytes` to be sent. */
uint32_t ring_ready_word(uint32_t index, uint32_t bytes);

/** Has the device not sent it yet? */
bool ring_is_ready(uint32_t word);
