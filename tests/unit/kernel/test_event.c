/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/event.c, assert.c: records, the wrap of the ring, texts. */
#include "kernel/event.h"

#include "harness/check.h"
#include "harness/fake_hooks.h"
#include "kernel/assert.h"

#include <string.h>

static struct event_record ring[EVENT_RING_RECORDS + 1];

static void start(void) {
  memset(ring, 0, sizeof(ring));
  fake_hooks_reset();
  event_init(ring, 2);
}

static void a_record_is_complete(void) {
  const word_t args[4] = {1, 2, 3, 4};

  start();
  fake_hooks.entries = 55;
  event_write(EVENT_MARK, args, "hello");
  CHECK(ring[0].check == event_check(&ring[0]) &&
            ring[0].version == EVENT_VERSION,
        "it is marked as one");
  CHECK(ring[0].kind == EVENT_MARK && ring[0].replica == 2 &&
            ring[0].sequence == 0,
        "kind, replica, number");
  CHECK(ring[0].time_lo == 55 && ring[0].time_hi == 0, "logical time");
  CHECK(ring[0].signature_lo == 0x55667788u &&
            ring[0].signature_hi == 0x11223344u,
        "signature");
  CHECK(memcmp(ring[0].args, args, sizeof(args)) == 0, "arguments");
  CHECK(memcmp(ring[0].text, "hello\0\0\0\0\0\0\0", 12) == 0, "padded text");
  CHECK(ring[1].check == 0, "and nothing else is touched");
}

/* Any bit of any record: the check word fits no more. */
static void a_flip_is_noticed(void) {
  word_t unnoticed = 0;

  start();
  event_write(EVENT_MARK, NULL, "flipped");
  for (word_t bit = 0; bit < 8 * sizeof(ring[0]); bit++) {
    uint8_t *byte = (uint8_t *)&ring[0] + bit / 8;
    *byte ^= (uint8_t)(1u << bit % 8);
    unnoticed += ring[0].check == event_check(&ring[0]);
    *byte ^= (uint8_t)(1u << bit % 8);
  }
  CHECK(unnoticed == 0, "wherever it is");
}

static void texts_are_cut(void) {
  start();
  event_write(EVENT_MARK, NULL, "abcdefghijklmnop");
  CHECK(memcmp(ring[0].text, "abcdefghijkl", 12) == 0, "to twelve bytes");
  CHECK(ring[0].args[0] == 0 && ring[0].args[3] == 0, "no args are zeros");
}

static void the_ring_wraps(void) {
  start();
  for (word_t i = 0; i <= EVENT_RING_RECORDS; i++)
    event_write(EVENT_MARK, NULL, NULL);
  CHECK(ring[0].sequence == EVENT_RING_RECORDS, "the oldest is overwritten");
  CHECK(ring[1].sequence == 1, "the next oldest is not");
  CHECK(ring[EVENT_RING_RECORDS].check == 0, "nothing is behind the ring");
}

static void a_replica_that_comes_back_goes_on_behind_the_last(void) {
  start();
  event_resume(ring, 2);
  event_write(EVENT_MARK, NULL, NULL);
  CHECK(ring[0].sequence == 0, "in an empty ring at its begin");
  for (word_t i = 0; i < EVENT_RING_RECORDS + 5; i++)
    event_write(EVENT_MARK, NULL, NULL);
  event_resume(ring, 2);
  event_write(EVENT_MARK, NULL, "again");
  CHECK(ring[6].sequence == EVENT_RING_RECORDS + 6 && ring[6].text[0] == 'a',
        "else behind the youngest record");
}

static void without_a_ring_records_are_dropped(void) {
  start();
  event_init(NULL, 0);
  event_write(EVENT_MARK, NULL, NULL);
  CHECK(ring[0].check == 0, "before boot there is nowhere to write");
}

static void broken(void) {
  kernel_assert(ring[0].check != 0);
}

static void a_failed_assertion_is_recorded(void) {
  start();
  CHECK(fake_hooks_enter(broken) == FAKE_END_PANIC, "it does not return");
  CHECK(ring[0].kind == EVENT_ASSERT && ring[0].args[0] > 0, "with its line");
  CHECK(memcmp(ring[0].text, "test_event.c", 12) == 0, "and its file");
  CHECK(fake_hooks_enter(broken) == FAKE_END_USER, "one that holds returns");
}

int main(void) {
  a_record_is_complete();
  a_flip_is_noticed();
  texts_are_cut();
  the_ring_wraps();
  a_replica_that_comes_back_goes_on_behind_the_last();
  without_a_ring_records_are_dropped();
  a_failed_assertion_is_recorded();
  return check_report("event");
}
