/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams and the serial line, polled once a cycle. */
#include "ground.h"

#include "app/console.h"
#include "app/network.h"

#include <string.h>

#define PIECE 64u /* octets read from the serial line at a time */

static bool listens;
static bool by_network;
static uint32_t own_socket;
static struct network_peer station; /* port 0: not known yet */

bool ground_start(uint32_t port) {
  listens = true;
  by_network = port != 0;
  return !by_network || network_bind(port, &own_socket) == ERR_NONE;
}

/* ---- datagrams ----------------------------------------------------------- */

/* Copied first, as each verification goes out through the same memory. Noise
 * does not turn telemetry away from the station. */
static void take_datagram(const struct network_event *event,
                          struct uplink *uplink, uplink_told *told) {
  static uint8_t octets[NETWORK_DATAGRAM_MAX];
  struct packet packet;
  size_t size = 0;
  size_t count = event->count < sizeof octets ? event->count : sizeof octets;
  memcpy(octets, event->bytes, count);
  if (packet_decode(octets, count, &packet, &size) == PACKET_GOOD) {
    station = event->peer;
  }
  uplink_read(uplink, octets, count, told);
}

static void poll_network(struct uplink *uplink, uplink_told *told) {
  for (uint32_t i = 0; i < GROUND_MOST; i++) {
    struct network_event event = network_next();
    if (event.kind == NETWORK_NOTHING) {
      return;
    }
    if (event.kind == NETWORK_DATAGRAM) {
      take_datagram(&event, uplink, told);
    }
  }
}

void ground_send(const uint8_t *bytes, size_t count) {
  if (station.port != 0) {
    network_send_to(own_socket, &station, bytes, count);
  }
}

/* ---- serial line --------------------------------------------------------- */

/* A line that is too long is cut, and so fails its check. */
static void take_character(char c, struct uplink *uplink, uplink_told *told) {
  static char line[UPLINK_LINE_MAX + 1];
  static size_t length;
  if (c == '\n' || c == '\r') {
    line[length] = '\0';
    uplink_read_line(uplink, line, told);
    length = 0;
  } else if (length < UPLINK_LINE_MAX) {
    line[length++] = c;
  }
}

static void poll_serial(struct uplink *uplink, uplink_told *told) {
  char piece[PIECE];
  size_t given = PIECE;
  for (uint32_t i = 0; i < GROUND_MOST && given == PIECE; i++) {
    given = console_poll(piece, PIECE);
    for (size_t k = 0; k < given; k++) {
      take_character(piece[k], uplink, told);
    }
  }
}

void ground_receive(struct uplink *uplink, uplink_told *told) {
  if (by_network) {
    poll_network(uplink, told);
  }
  if (listens) {
    poll_serial(uplink, told);
  }
}
