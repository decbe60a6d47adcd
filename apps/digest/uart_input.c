/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input streamed over the serial line. The target asks for one frame at a
 * time, so that the host can never send more than the driver's queue holds;
 * what arrives damaged is asked for again. A frame is
 *   magic, sequence, length, CRC-32 (four little-endian words), bytes.
 * The CRC covers sequence, length and the bytes.
 */
#include "uart_input.h"

#include "driver/crc32.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FRAME_MAGIC 0x4d524654u /* "TFRM" */
#define FRAME_MAX 1024u         /* bytes of payload */
#define FRAME_TRIES 8           /* requests for one frame */
#define INPUT_MAX 65536u        /* bytes of payload in all */

struct frame_header {
  uint32_t sequence;
  uint32_t length;
  uint32_t crc32;
};

static uint8_t payload[FRAME_MAX];

static bool read_bytes(void *to, size_t count) {
  return fread(to, 1, count, stdin) == count;
}

/* Skip whatever precedes the next magic word. False: input has ended. */
static bool find_magic(void) {
  uint32_t window = 0;
  while (window != FRAME_MAGIC) {
    int c = getchar();
    if (c == EOF) {
      return false;
    }
    window = window >> 8 | (uint32_t)c << 24;
  }
  return true;
}

static uint32_t frame_crc(const struct frame_header *header) {
  uint32_t crc = crc32_update(0, header, offsetof(struct frame_header, crc32));
  return crc32_update(crc, payload, header->length);
}

/* Receive one frame into payload. @return Whether it is the wanted one. */
static bool receive_frame(uint32_t sequence, uint32_t *length) {
  struct frame_header header;
  if (!find_magic() || !read_bytes(&header, sizeof header) ||
      header.length > FRAME_MAX || !read_bytes(payload, header.length)) {
    return false;
  }
  *length = header.length;
  return header.sequence == sequence && header.crc32 == frame_crc(&header);
}

static int uart_next(const uint8_t **bytes) {
  static uint32_t sequence;
  static uint32_t total;
  uint32_t length = 0;
  bool received = false;
  for (int try = 0; try < FRAME_TRIES && !received; try++) {
    printf("ready %lu\n", (unsigned long)sequence);
    received = receive_frame(sequence, &length);
  }
  if (!received || total + length > INPUT_MAX) {
    return -1;
  }
  sequence++;
  total += length;
  *bytes = payload;
  return (int)length;
}

const struct input input_uart = {.next = uart_next};
