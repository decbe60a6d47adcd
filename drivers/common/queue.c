/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded byte queue; pure, tested on the host. */
#include "driver/queue.h"

_Static_assert((QUEUE_CAPACITY & (QUEUE_CAPACITY - 1)) == 0,
               "the counters wrap at a multiple of the capacity");

size_t queue_length(const struct queue *queue) {
  return queue->head - queue->tail;
}

bool queue_push(struct queue *queue, uint8_t byte) {
  if (queue_length(queue) == QUEUE_CAPACITY) {
    return false;
  }
  queue->bytes[queue->head++ % QUEUE_CAPACITY] = byte;
  return true;
}

size_t queue_pop(struct queue *queue, uint8_t *bytes, size_t max) {
  size_t count = 0;
  while (count < max && queue_length(queue) > 0) {
    bytes[count++] = queue->bytes[queue->tail++ % QUEUE_CAPACITY];
  }
  return count;
}
