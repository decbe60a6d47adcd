/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends a pattern that repeats after a prime number of bytes, checks it. */
#include "loop.h"

#define LOOPBACK 0x0100007fu /* 127.0.0.1 */
#define PATTERN 251u
#define PIECE 4096u

static uint32_t own_socket;
static uint32_t wanted; /* bytes */
static uint32_t sent;
static uint32_t received;
static bool wrong;

static uint8_t pattern(uint32_t at) {
  return (uint8_t)(at % PATTERN);
}

bool loop_start(uint32_t port, uint32_t bytes) {
  wanted = bytes;
  return network_connect(LOOPBACK, port, &own_socket) == ERR_NONE;
}

static void send_more(void) {
  static uint8_t piece[PIECE];
  uint32_t part = PIECE;
  size_t taken = PIECE;
  while (sent < wanted && taken == part) {
    part = wanted - sent < PIECE ? wanted - sent : PIECE;
    for (uint32_t i = 0; i < part; i++) {
      piece[i] = pattern(sent + i);
    }
    taken = network_send(own_socket, piece, part);
    sent += (uint32_t)taken;
  }
}

static void check(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    wrong = wrong || bytes[i] != pattern(received + (uint32_t)i);
  }
  received += (uint32_t)count;
}

bool loop_take(const struct network_event *event) {
  if (event->socket != own_socket || event->kind == NETWORK_ACCEPTED) {
    return false;
  }
  if (event->kind == NETWORK_DATA) {
    check(event->bytes, event->count);
  }
  if (event->kind == NETWORK_CLOSED) {
    wrong = true;
  } else if (received == wanted) {
    network_close(own_socket);
  } else {
    send_more();
  }
  return true;
}

bool loop_is_right(void) {
  return received == wanted && !wrong;
}
