/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the ENET: nothing that a device writes there is believed. */
#include "ring.h"

#include "driver/ethernet.h"
#include "harness/check.h"

#include <stddef.h>

#define LAST 0x08000000u
#define CHECK_SEQUENCE 4u

static void a_ring_ends_at_its_last_descriptor_only(void) {
  for (uint32_t i = 0; i < RING_RECEIVE_COUNT; i++) {
    bool wraps = (ring_empty_word(i) & 0x20000000u) != 0;
    CHECK(wraps == (i == RING_RECEIVE_COUNT - 1), "only the last one wraps");
    CHECK(ring_is_empty(ring_empty_word(i)), "it waits for a frame");
  }
  for (uint32_t i = 0; i < RING_TRANSMIT_COUNT; i++) {
    bool wraps = (ring_ready_word(i, 60) & 0x20000000u) != 0;
    CHECK(wraps == (i == RING_TRANSMIT_COUNT - 1), "only the last one wraps");
    CHECK(ring_is_ready(ring_ready_word(i, 60)), "it is to be sent");
    CHECK((ring_ready_word(i, 60) & 0xffffu) == 60, "with its length");
  }
}

static void only_whole_frames_without_an_error_are_taken(void) {
  const uint32_t good = LAST | 64u;
  CHECK(ring_frame_bytes(good) == 60, "without its check sequence");
  CHECK(ring_frame_bytes(good & ~LAST) == 0, "a piece is no frame");
  const uint32_t bad[] = {5, 4, 2, 1, 0}; /* LG, NO, CR, OV, TR */
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK(ring_frame_bytes(good | 1u << (16 + bad[i])) == 0,
          "a frame with an error is dropped");
  }
}

/* All 65,536 lengths: a result always fits the client's slot. */
static void only_lengths_of_frames_are_taken(void) {
  for (uint32_t bytes = 0; bytes <= 0xffffu; bytes++) {
    uint32_t frame = ring_frame_bytes(LAST | bytes);
    bool fits = bytes >= ETHERNET_HEADER_SIZE + CHECK_SEQUENCE &&
                bytes <= ETHERNET_FRAME_MAX + CHECK_SEQUENCE;
    CHECK(frame == (fits ? bytes - CHECK_SEQUENCE : 0),
          "it is between a header and the longest frame");
  }
}

int main(void) {
  a_ring_ends_at_its_last_descriptor_only();
  only_whole_frames_without_an_error_are_taken();
  only_lengths_of_frames_are_taken();
  return check_report("ring");
}
