/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of sockets and the queues of news. */
#include "sockets.h"

#include "rt/start.h"

#define NOBODY 0xffffu /* end of a queue */
#define NEWS(kind) ((uint8_t)(1u << (kind)))
#define READABLE (NEWS(NETWORK_DATA) | NEWS(NETWORK_CLOSED))

struct queue {
  uint16_t first;
  uint16_t last;
  bool filled; /* first and last count */
  bool asleep; /* its client was told that there is nothing */
};

static struct socket sockets[SOCKETS_MAX];
static struct queue queues[RT_CLIENTS_MAX];

word_t socket_number(const struct socket *socket) {
  return (word_t)(socket - sockets);
}

struct socket *socket_new(word_t client, enum socket_kind kind) {
  for (word_t i = 0; i < SOCKETS_MAX; i++) {
    if (sockets[i].kind == SOCKET_FREE && !sockets[i].queued) {
      sockets[i] = (struct socket){.kind = kind, .client = (uint8_t)client};
      return &sockets[i];
    }
  }
  return NULL;
}

/* If it is queued it leaves the queue when its turn comes. */
void socket_free(struct socket *socket) {
  socket->kind = SOCKET_FREE;
  socket->pending = 0;
}

struct socket *socket_find(word_t client, word_t number,
                           enum socket_kind kind) {
  bool found = number < SOCKETS_MAX && sockets[number].kind == kind &&
               sockets[number].client == client;
  return found ? &sockets[number] : NULL;
}

static void append(struct socket *socket) {
  struct queue *queue = &queues[socket->client];
  uint16_t number = (uint16_t)socket_number(socket);
  if (queue->filled) {
    sockets[queue->last].next = number;
  } else {
    queue->first = number;
  }
  queue->last = number;
  queue->filled = true;
  socket->next = NOBODY;
  socket->queued = true;
}

static struct socket *remove_first(struct queue *queue) {
  struct socket *socket = &sockets[queue->first];
  queue->filled = socket->next != NOBODY;
  queue->first = socket->next;
  socket->queued = false;
  return socket;
}

/* News that the client may be given now. The end of a stream comes after all
 * its data, and data only to a client that can answer. */
static uint8_t givable(const struct socket *socket) {
  return socket->holds && socket->tcp != NULL
             ? (uint8_t)(socket->pending & ~READABLE)
             : socket->pending;
}

static void append_if_due(struct socket *socket) {
  if (givable(socket) != 0 && !socket->queued) {
    append(socket);
  }
}

void socket_note(struct socket *socket, enum network_kind news) {
  socket->pending |= NEWS(news);
  append_if_due(socket);
}

void socket_resume(struct socket *socket) {
  socket->holds = false;
  append_if_due(socket);
}

/* The first of the news that may be given, in the order in which they are;
 * NOTHING if there is none. */
static enum network_kind first_news(const struct socket *socket) {
  static const enum network_kind order[] = {NETWORK_ACCEPTED, NETWORK_CONNECTED,
                                            NETWORK_SPACE,    NETWORK_DATA,
                                            NETWORK_DATAGRAM, NETWORK_CLOSED};
  for (word_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    if ((givable(socket) & NEWS(order[i])) != 0) {
      return order[i];
    }
  }
  return NETWORK_NOTHING;
}

static void give(struct socket *socket, enum network_kind news) {
  socket->pending &= (uint8_t)~NEWS(news);
  socket->holds = socket->holds && news != NETWORK_SPACE;
  append_if_due(socket);
}

struct socket *socket_next(word_t client, enum network_kind *news) {
  struct queue *queue = &queues[client];
  while (queue->filled) {
    struct socket *socket = remove_first(queue);
    *news = first_news(socket);
    if (*news != NETWORK_NOTHING) {
      give(socket, *news);
      return socket;
    }
  }
  queue->asleep = true;
  return NULL;
}

uint32_t sockets_take_awake(void) {
  uint32_t clients = 0;
  for (word_t i = 0; i < RT_CLIENTS_MAX; i++) {
    if (queues[i].asleep && queues[i].filled) {
      queues[i].asleep = false;
      clients |= 1u << i;
    }
  }
  return clients;
}
