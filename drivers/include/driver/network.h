/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of the network server: TCP and UDP over IPv4. A client Calls;
 * the reply's label is an `enum err`. Bytes travel in the connection's shared
 * memory, from its start. Sockets are small numbers of one client's own.
 * Addresses are IPv4 with the first byte lowest (127.0.0.1 is 0x0100007f);
 * ports are plain numbers.
 *
 *   label            MR0      MR1         reply MR0, MR1
 *   NETWORK_STATUS   -        -           own address or 0; 1: link is up
 *   NETWORK_LISTEN   port     -           socket that gives ACCEPTED
 *   NETWORK_CONNECT  address  port        socket; CONNECTED or CLOSED follows
 *   NETWORK_BIND     port     -           socket for datagrams; port 0: any
 *   NETWORK_NEXT     -        -           socket << 8 | kind, detail
 *   NETWORK_SEND     socket   bytes       bytes taken
 *   NETWORK_REPLY    socket   bytes       the same; then no DATA until SPACE
 *   NETWORK_SEND_TO  socket   bytes       - ; behind a struct network_peer
 *   NETWORK_CLOSE    socket   -           -
 *
 * NETWORK_NEXT gives what happened next to any of the client's sockets:
 *   kind               detail
 *   NETWORK_NOTHING    -       the service signals the client's event once
 *                              when there is something
 *   NETWORK_ACCEPTED   number of the listening socket; `socket` is new
 *   NETWORK_CONNECTED  -
 *   NETWORK_DATA       bytes that are in the shared memory now
 *   NETWORK_DATAGRAM   bytes, behind a struct network_peer
 *   NETWORK_SPACE      -       after a SEND or REPLY that took less than was
 *                              offered
 *   NETWORK_CLOSED     1 if the other side closed in order, after all its data;
 *                      0 if the connection is lost. It lasts until
 *                      NETWORK_CLOSE; in the first case one may still send
 *
 * Flow control: what a client does not ask for stays with the sender on the
 * other side. A service answers with NETWORK_REPLY: if that does not take all,
 * the socket gives no DATA until its SPACE, so that the client has at most one
 * answer to keep. Datagrams that find the queue full are dropped.
 * Errors: ERR_RANGE, bytes beyond the shared memory, or a datagram too long;
 * ERR_NOT_ENOUGH_MEMORY, no socket or no memory left now; ERR_INVALID_ARGUMENT,
 * no such socket, or not of this kind; ERR_DELETE_FIRST, the port is taken;
 * ERR_FAILED_LOOKUP, no way to that address; ERR_ILLEGAL_OPERATION, unknown
 * label.
 */
#pragma once

#include <stdint.h>

enum network_label {
  NETWORK_STATUS = 1,
  NETWORK_LISTEN = 2,
  NETWORK_CONNECT = 3,
  NETWORK_BIND = 4,
  NETWORK_NEXT = 5,
  NETWORK_SEND = 6,
  NETWORK_SEND_TO = 7,
  NETWORK_CLOSE = 8,
  NETWORK_REPLY = 9,
};

enum network_kind {
  NETWORK_NOTHING = 0,
  NETWORK_ACCEPTED = 1,
  NETWORK_CONNECTED = 2,
  NETWORK_DATA = 3,
  NETWORK_DATAGRAM = 4,
  NETWORK_SPACE = 5,
  NETWORK_CLOSED = 6,
};

/* Before the bytes of a datagram in the shared memory. */
struct network_peer {
  uint32_t address;
  uint32_t port;
};

#define NETWORK_SHARED_SIZE 0x4000u /* bytes of shared memory */
#define NETWORK_DATAGRAM_MAX 1472u
#define NETWORK_KIND_BITS 8
