/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of all clients, and what each client is to be told: a queue of the
 * sockets that have news, so that none starves another. What a socket does is
 * in stream.c and datagram.c.
 */
#pragma once

#include "abi/error.h"
#include "abi/types.h"
#include "driver/network.h"

#define SOCKETS_MAX 240u

struct pbuf;
struct tcp_pcb;
struct udp_pcb;

enum socket_kind {
  SOCKET_FREE = 0,
  SOCKET_LISTENING,
  SOCKET_STREAM,
  SOCKET_DATAGRAM,
};

struct socket {
  enum socket_kind kind;
  uint8_t client;      /* to whom it belongs */
  uint8_t pending;     /* news: 1 << enum network_kind */
  bool queued;         /* in its client's queue */
  bool choked;         /* it took less than was offered: SPACE will follow */
  bool holds;          /* and gives no DATA until then */
  bool closed_well;    /* detail of CLOSED */
  uint16_t next;       /* in the queue */
  uint32_t listener;   /* detail of ACCEPTED */
  struct tcp_pcb *tcp; /* NULL: the connection is lost */
  struct udp_pcb *udp;
  struct pbuf *received;    /* stream: bytes that the client has not taken */
  struct pbuf *waiting[16]; /* datagrams, from `oldest` on */
  uint32_t oldest;
  uint32_t count;
};

/** A fresh socket; NULL if there is none. */
struct socket *socket_new(word_t client, enum socket_kind kind);

/** It is nobody's any more, and has no news. */
void socket_free(struct socket *socket);

/** @return The client's socket of this number and kind; NULL if it has none. */
struct socket *socket_find(word_t client, word_t number, enum socket_kind kind);

word_t socket_number(const struct socket *socket);

/** Its client is to be told. */
void socket_note(struct socket *socket, enum network_kind news);

/** It gives DATA again, if there is any. */
void socket_resume(struct socket *socket);

/** @return The next socket of `client` with news that may be given now; NULL:
 *          none. It stays in the queue as long as it has more. */
struct socket *socket_next(word_t client, enum network_kind *news);

/** @return Clients (mask) that were told "nothing" and have news since; they
 *          are told so once. */
uint32_t sockets_take_awake(void);
