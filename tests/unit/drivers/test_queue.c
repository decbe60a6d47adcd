/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/common/queue.c: order, bounds, and the wrap of its counters. */
#include "driver/queue.h"

#include "harness/check.h"

static struct queue queue;

static void gives_bytes_in_order(void) {
  uint8_t bytes[4] = {0};
  queue = (struct queue){0};
  CHECK(queue_push(&queue, 1) && queue_push(&queue, 2), "there is room");
  CHECK(queue_length(&queue) == 2, "two bytes wait");
  CHECK(queue_pop(&queue, bytes, 4) == 2, "no more comes out than went in");
  CHECK(bytes[0] == 1 && bytes[1] == 2, "the oldest comes first");
  CHECK(queue_pop(&queue, bytes, 4) == 0, "an empty queue gives nothing");
}

static void refuses_when_full(void) {
  uint8_t byte = 0;
  queue = (struct queue){0};
  for (uint32_t i = 0; i < QUEUE_CAPACITY; i++) {
    CHECK(queue_push(&queue, (uint8_t)i), "there is room to the last byte");
  }
  CHECK(!queue_push(&queue, 0xff), "a full queue takes nothing");
  CHECK(queue_pop(&queue, &byte, 1) == 1 && byte == 0,
        "what was refused pushed nothing out");
  CHECK(queue_push(&queue, 0xff), "one out, one in");
}

static void survives_the_wrap_of_its_counters(void) {
  uint8_t bytes[3] = {0};
  queue = (struct queue){.head = UINT32_MAX - 1, .tail = UINT32_MAX - 1};
  for (uint8_t i = 0; i < 3; i++) {
    CHECK(queue_push(&queue, i), "an empty queue has room at the wrap");
  }
  CHECK(queue_length(&queue) == 3, "the length is right across the wrap");
  CHECK(queue_pop(&queue, bytes, 3) == 3, "all come out across the wrap");
  CHECK(bytes[0] == 0 && bytes[1] == 1 && bytes[2] == 2,
        "in order across the wrap");
}

int main(void) {
  gives_bytes_in_order();
  refuses_when_full();
  survives_the_wrap_of_its_counters();
  return check_report("queue");
}
