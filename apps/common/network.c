/* SPDX-License-Identifier: BSD-2-Clause */
/* The network server as plain calls. */
#include "app/network.h"

#include "driver/client.h"
#include "rt/print.h"

#include <string.h>

static size_t shared_size(void) {
  return rt_connect(RT_SERVICE_NETWORK)->shared_size;
}

static uint8_t *shared(void) {
  return client_shared(RT_SERVICE_NETWORK);
}

static enum err call(enum network_label label, word_t words[2]) {
  return client_call(RT_SERVICE_NETWORK, label, words);
}

static enum err open_socket(enum network_label label, uint32_t first,
                            uint32_t second, uint32_t *socket) {
  word_t words[2] = {first, second};
  enum err error = call(label, words);
  *socket = words[0];
  return error;
}

uint32_t network_address(void) {
  word_t words[2] = {0, 0};
  return call(NETWORK_STATUS, words) == ERR_NONE ? words[0] : 0;
}

enum err network_listen(uint32_t port, uint32_t *socket) {
  return open_socket(NETWORK_LISTEN, port, 0, socket);
}

enum err network_connect(uint32_t address, uint32_t port, uint32_t *socket) {
  return open_socket(NETWORK_CONNECT, address, port, socket);
}

enum err network_bind(uint32_t port, uint32_t *socket) {
  return open_socket(NETWORK_BIND, port, 0, socket);
}

static void fill_bytes(struct network_event *event, size_t header) {
  event->bytes = shared() + header;
  event->count = event->detail;
}

struct network_event network_next(void) {
  word_t words[2] = {0, 0};
  if (call(NETWORK_NEXT, words) != ERR_NONE) {
    rt_panic("the network server refused a request");
  }
  struct network_event event = {
      .kind = (enum network_kind)(words[0] & ((1u << NETWORK_KIND_BITS) - 1)),
      .socket = words[0] >> NETWORK_KIND_BITS,
      .detail = words[1],
  };
  if (event.kind == NETWORK_DATA) {
    fill_bytes(&event, 0);
  } else if (event.kind == NETWORK_DATAGRAM) {
    fill_bytes(&event, sizeof event.peer);
    memcpy(&event.peer, shared(), sizeof event.peer);
  }
  return event;
}

struct network_event network_wait(void) {
  struct network_event event = network_next();
  while (event.kind == NETWORK_NOTHING) {
    client_wait(RT_SERVICE_NETWORK);
    event = network_next();
  }
  return event;
}

/* What came may be sent back from where it lies. */
static size_t send_piece(enum network_label label, uint32_t socket,
                         const void *bytes, size_t count) {
  word_t words[2] = {socket, (word_t)count};
  memmove(shared(), bytes, count);
  if (call(label, words) != ERR_NONE) {
    rt_panic("the network server refused to send");
  }
  return words[0];
}

static size_t send_pieces(enum network_label label, uint32_t socket,
                          const void *bytes, size_t count) {
  const uint8_t *from = bytes;
  size_t done = 0;
  while (done < count) {
    size_t left = count - done;
    size_t part = left < shared_size() ? left : shared_size();
    size_t taken = send_piece(label, socket, &from[done], part);
    done += taken;
    if (taken < part) {
      break;
    }
  }
  return done;
}

size_t network_send(uint32_t socket, const void *bytes, size_t count) {
  return send_pieces(NETWORK_SEND, socket, bytes, count);
}

size_t network_reply(uint32_t socket, const void *bytes, size_t count) {
  return send_pieces(NETWORK_REPLY, socket, bytes, count);
}

enum err network_send_to(uint32_t socket, const struct network_peer *peer,
                         const void *bytes, size_t count) {
  const struct network_peer to = *peer;
  word_t words[2] = {socket, (word_t)count};
  if (count > NETWORK_DATAGRAM_MAX) {
    return ERR_RANGE;
  }
  memmove(shared() + sizeof to, bytes, count);
  memcpy(shared(), &to, sizeof to);
  return call(NETWORK_SEND_TO, words);
}

void network_close(uint32_t socket) {
  word_t words[2] = {socket, 0};
  if (call(NETWORK_CLOSE, words) != ERR_NONE) {
    rt_panic("the network server refused to close");
  }
}
