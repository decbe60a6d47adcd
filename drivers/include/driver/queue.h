/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounded queue of bytes inside one driver: what its interrupt brings in
 * waits here for a client. One thread uses it, so it needs no ordering; it is
 * never placed in memory that two processes see (rt/start.h says why).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUEUE_CAPACITY 2048u /* bytes; a power of two */

struct queue {
  uint32_t head; /* bytes ever pushed */
  uint32_t tail; /* bytes ever popped; head - tail <= QUEUE_CAPACITY */
  uint8_t bytes[QUEUE_CAPACITY];
};

/** @return False, and `byte` is dropped, if the queue is full. */
bool queue_push(struct queue *queue, uint8_t byte);

/** Move at most `max` bytes, oldest first, to `bytes`. @return How many. */
size_t queue_pop(struct queue *queue, uint8_t *bytes, size_t max);

/** @return Bytes that wait. */
size_t queue_length(const struct queue *queue);
