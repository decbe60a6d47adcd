/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A workload's network: the network server (driver/network.h has the meaning
 * of all events and errors) as plain calls. A socket is a small number; what
 * came lies in the shared memory until the next call.
 */
#pragma once

#include "abi/error.h"
#include "driver/network.h"

#include <stdbool.h>
#include <stddef.h>

struct network_event {
  enum network_kind kind;
  uint32_t socket;
  uint32_t detail;      /* listening socket, or orderly close */
  const uint8_t *bytes; /* DATA, DATAGRAM */
  size_t count;
  struct network_peer peer; /* DATAGRAM: who sent it */
};

/** Own address; 0 as long as there is none. */
uint32_t network_address(void);

/** The next event; NETWORK_NOTHING if there is none now. */
struct network_event network_next(void);

/** The next event, slept for if need be. */
struct network_event network_wait(void);

/* Each fills *socket. */
enum err network_listen(uint32_t port, uint32_t *socket);
enum err network_connect(uint32_t address, uint32_t port, uint32_t *socket);
enum err network_bind(uint32_t port, uint32_t *socket);

/**
 * Send on a connection.
 * @return Bytes taken: fewer than `count` if there is no room now (then
 *         NETWORK_SPACE follows); all of them, unsent, if it is lost (then
 *         NETWORK_CLOSED follows or has come).
 */
size_t network_send(uint32_t socket, const void *bytes, size_t count);

/** The same for a service: if not all is taken, no NETWORK_DATA comes on this
 * socket before its NETWORK_SPACE. `bytes` may be those of the last event. */
size_t network_reply(uint32_t socket, const void *bytes, size_t count);

/** Send a datagram of at most NETWORK_DATAGRAM_MAX bytes. */
enum err network_send_to(uint32_t socket, const struct network_peer *peer,
                         const void *bytes, size_t count);

/** Close, in order if all is sent and nothing is unread; forget the socket. */
void network_close(uint32_t socket);
