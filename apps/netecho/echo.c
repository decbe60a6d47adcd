/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The echo service. What a connection does not take back at once is kept; by
 * the rules of driver/network.h nothing more comes on it until then, so one
 * piece per connection is enough.
 */
#include "echo.h"

#include <string.h>

#define CONNECTIONS_MAX 8

struct connection {
  bool used;
  uint32_t socket;
  size_t kept;
  uint8_t bytes[NETWORK_SHARED_SIZE];
};

static struct connection connections[CONNECTIONS_MAX];
static struct echo_counts counts;

bool echo_start(uint32_t port) {
  uint32_t socket = 0;
  return network_listen(port, &socket) == ERR_NONE &&
         network_bind(port, &socket) == ERR_NONE;
}

/* @return The connection of `socket`; NULL if it has none. */
static struct connection *find(uint32_t socket) {
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    if (connections[i].used && connections[i].socket == socket) {
      return &connections[i];
    }
  }
  return NULL;
}

/* More than there is room for are closed at once. */
static void begin(uint32_t socket) {
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    if (!connections[i].used) {
      connections[i].used = true;
      connections[i].socket = socket;
      connections[i].kept = 0;
      return;
    }
  }
  network_close(socket);
}

static void give_back(struct connection *connection, const uint8_t *bytes,
                      size_t count) {
  size_t taken = network_reply(connection->socket, bytes, count);
  counts.bytes += (uint32_t)taken;
  connection->kept = count - taken;
  memmove(connection->bytes, &bytes[taken], connection->kept);
}

static void end(struct connection *connection) {
  network_close(connection->socket);
  connection->used = false;
  counts.connections++;
}

/* Sending leaves the bytes where they are, behind the peer's address. */
static void take_datagram(const struct network_event *event) {
  static const char last[] = "exit";
  if (network_send_to(event->socket, &event->peer, event->bytes,
                      event->count) == ERR_NONE) {
    counts.datagrams++;
  }
  counts.over = counts.over || (event->count == sizeof last - 1 &&
                                memcmp(event->bytes, last, event->count) == 0);
}

void echo_take(const struct network_event *event) {
  struct connection *connection = find(event->socket);
  if (event->kind == NETWORK_ACCEPTED) {
    begin(event->socket);
  } else if (event->kind == NETWORK_DATAGRAM) {
    take_datagram(event);
  } else if (connection != NULL && event->kind == NETWORK_DATA) {
    give_back(connection, event->bytes, event->count);
  } else if (connection != NULL && event->kind == NETWORK_SPACE) {
    give_back(connection, connection->bytes, connection->kept);
  } else if (connection != NULL && event->kind == NETWORK_CLOSED) {
    end(connection);
  }
}

struct echo_counts echo_counts(void) {
  return counts;
}
