/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends the input as fast as the server takes it, then QUIT; prints the CRC of
 * all replies so far at every PROGRESS_BYTES of them:
 *   replies <bytes so far> <CRC-32>
 */
#include "replay.h"

#include "app/input.h"
#include "driver/crc32.h"

#include <stdio.h>
#include <string.h>

#define LOOPBACK 0x0100007fu /* 127.0.0.1 */
#define PROGRESS_BYTES 1024u

static const char last_request[] = "QUIT\r\n";
static const char last_reply[] = "+OK\r\n";

static uint32_t own_socket;
static bool over;
static struct {
  const uint8_t *bytes; /* of the input, or the last request */
  uint32_t count;
  bool last; /* it is the last request */
} piece;
static uint32_t sent;
static uint32_t received;
static uint32_t crc;
static char tail[sizeof last_reply]; /* the last bytes that came */

bool replay_start(uint32_t port) {
  return network_connect(LOOPBACK, port, &own_socket) == ERR_NONE;
}

/* Have something to send. False: all is sent. */
static bool next_piece(void) {
  if (piece.count > 0) {
    return true;
  }
  if (piece.last) {
    return false;
  }
  int count = input_disk.next(&piece.bytes);
  piece.last = count <= 0;
  if (piece.last) {
    piece.bytes = (const uint8_t *)last_request;
    count = (int)strlen(last_request);
  }
  piece.count = (uint32_t)count;
  return true;
}

static void send_more(void) {
  bool taken_whole = true;
  while (taken_whole && next_piece()) {
    size_t taken = network_send(own_socket, piece.bytes, piece.count);
    taken_whole = taken == piece.count;
    piece.bytes += taken;
    piece.count -= (uint32_t)taken;
    sent += (uint32_t)taken;
  }
}

static void keep_tail(const uint8_t *bytes, size_t count) {
  const size_t size = sizeof tail - 1;
  size_t part = count < size ? count : size;
  memmove(tail, tail + part, size - part);
  memcpy(tail + size - part, bytes + count - part, part);
}

static void add_replies(const uint8_t *bytes, size_t count) {
  keep_tail(bytes, count);
  while (count > 0) {
    uint32_t part = PROGRESS_BYTES - received % PROGRESS_BYTES;
    part = part < count ? part : (uint32_t)count;
    crc = crc32_update(crc, bytes, part);
    received += part;
    bytes += part;
    count -= part;
    if (received % PROGRESS_BYTES == 0) {
      printf("replies %lu %08lx\n", (unsigned long)received,
             (unsigned long)crc);
    }
  }
}

bool replay_take(const struct network_event *event) {
  if (event->socket != own_socket || event->kind == NETWORK_ACCEPTED) {
    return false;
  }
  if (event->kind == NETWORK_DATA) {
    add_replies(event->bytes, event->count);
  } else if (event->kind == NETWORK_CLOSED) {
    network_close(own_socket);
    over = true;
  } else {
    send_more(); /* connected, or space again */
  }
  return true;
}

bool replay_is_over(void) {
  return over;
}

bool replay_report(void) {
  printf("kv replayed %lu %lu %08lx\n", (unsigned long)sent,
         (unsigned long)received, (unsigned long)crc);
  return piece.last && piece.count == 0 && strcmp(tail, last_reply) == 0;
}
