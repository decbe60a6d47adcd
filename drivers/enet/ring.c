/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the ENET's rings. IMX6DQRM 23.4, legacy form. */
#include "ring.h"

#define FLAG(bit) (1u << (16 + (bit)))
#define BYTES_MASK 0xffffu
#define CHECK_SEQUENCE_SIZE 4u

/* Both kinds */
#define RING_OWNED FLAG(15) /* by the device: empty, or ready to be sent */
#define RING_WRAP FLAG(13)  /* the last of the ring */
#define RING_LAST FLAG(11)  /* the frame ends here */

/* Received with an error: too long, odd number of bits, wrong check sequence,
 * overrun, truncated. */
#define RECEIVE_ERRORS (FLAG(5) | FLAG(4) | FLAG(2) | FLAG(1) | FLAG(0))

#define TRANSMIT_CHECK_SEQUENCE FLAG(10) /* the device appends it */

static uint32_t wrap(uint32_t index, uint32_t count) {
  return index + 1 == count ? RING_WRAP : 0;
}

uint32_t ring_empty_word(uint32_t index) {
  return RING_OWNED | wrap(index, RING_RECEIVE_COUNT);
}

bool ring_is_empty(uint32_t word) {
  return (word & RING_OWNED) != 0;
}

uint32_t ring_frame_bytes(uint32_t word) {
  uint32_t bytes = word & BYTES_MASK;
  if ((word & RING_LAST) == 0 || (word & RECEIVE_ERRORS) != 0 ||
      bytes < ETHERNET_HEADER_SIZE + CHECK_SEQUENCE_SIZE ||
      bytes > ETHERNET_FRAME_MAX + CHECK_SEQUENCE_SIZE) {
    return 0;
  }
  return bytes - CHECK_SEQUENCE_SIZE;
}

bool ring_take_lengths(const struct ethernet_slot *slots, uint32_t count,
                       uint32_t *bytes) {
  for (uint32_t i = 0; i < count; i++) {
    bytes[i] = *(const volatile uint32_t *)&slots[i].bytes;
    if (bytes[i] < ETHERNET_HEADER_SIZE || bytes[i] > ETHERNET_FRAME_MAX) {
      return false;
    }
  }
  return true;
}

uint32_t ring_ready_word(uint32_t index, uint32_t bytes) {
  return RING_OWNED | RING_LAST | TRANSMIT_CHECK_SEQUENCE |
         wrap(index, RING_TRANSMIT_COUNT) | bytes;
}

bool ring_is_ready(uint32_t word) {
  return (word & RING_OWNED) != 0;
}
