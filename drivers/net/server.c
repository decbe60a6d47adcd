/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network server, an unprivileged process: lwIP between the Ethernet driver
 * below and programs above (driver/network.h). Everything happens in one loop:
 * a client's call, a frame, a tick. After each the frames that it caused go
 * out, and whoever has news is told.
 * Time and frames are agreed inputs, so this process is a state machine like
 * any other: it must never look at anything else that may differ.
 */
#include "driver/server.h"

#include "clock.h"
#include "datagram.h"
#include "interface.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/timeouts.h"
#include "stream.h"

#define PORT_MAX 0xffffu
#define LINE_POLL_TICKS (1000u / CLOCK_TICK_MS)

static const struct rt_server *server;

/* Frames to ourselves, frames to others, news. */
static void settle(void) {
  netif_poll_all();
  interface_flush();
  uint32_t awake = sockets_take_awake();
  for (word_t i = 0; i < server->client_count; i++) {
    if ((awake & (1u << i)) != 0) {
      server_signal(server, i);
    }
  }
}

static void on_tick(void) {
  static uint32_t ticks;
  clock_tick();
  sys_check_timeouts();
  interface_catch_up();
  if (++ticks % LINE_POLL_TICKS == 0) {
    interface_poll();
  }
}

static void on_event(word_t services) {
  if ((services & (1u << RT_SERVICE_TIMER)) != 0) {
    on_tick();
  }
  if ((services & (1u << RT_SERVICE_ETHERNET)) != 0) {
    interface_receive();
  }
  settle();
}

/* ---- calls --------------------------------------------------------------- */

static struct server_reply serve_status(void) {
  return (struct server_reply){
      ERR_NONE, {(word_t)interface_address(), interface_is_up() ? 1 : 0}};
}

static struct server_reply serve_open(const struct server_request *request) {
  word_t number = 0;
  word_t client = request->client;
  enum err error = ERR_NONE;
  const struct network_peer to = {request->arguments[0], request->arguments[1]};
  word_t port =
      request->label == NETWORK_CONNECT ? to.port : request->arguments[0];
  if (port > PORT_MAX) {
    return server_fail(ERR_RANGE);
  }
  switch (request->label) {
  case NETWORK_LISTEN:
    error = stream_listen(client, port, &number);
    break;
  case NETWORK_CONNECT:
    error = stream_connect(client, &to, &number);
    break;
  default:
    error = datagram_bind(client, port, &number);
  }
  return (struct server_reply){error, {number, 0}};
}

/* Detail of an event; bytes go to the shared memory. */
static word_t detail_of(struct socket *socket, enum network_kind news) {
  const struct rt_client *client = &server->clients[socket->client];
  void *shared = (void *)(uintptr_t)client->shared;
  switch (news) {
  case NETWORK_ACCEPTED:
    return socket->listener;
  case NETWORK_DATA:
    return stream_take(socket, shared, client->shared_size);
  case NETWORK_DATAGRAM:
    return datagram_take(socket, shared, client->shared_size);
  case NETWORK_CLOSED:
    return socket->closed_well ? 1 : 0;
  case NETWORK_NOTHING:
  case NETWORK_CONNECTED:
  case NETWORK_SPACE:
  default:
    return 0;
  }
}

static struct server_reply serve_next(word_t client) {
  enum network_kind news = NETWORK_NOTHING;
  struct socket *socket = socket_next(client, &news);
  if (socket == NULL) {
    return (struct server_reply){ERR_NONE, {NETWORK_NOTHING, 0}};
  }
  word_t what = socket_number(socket) << NETWORK_KIND_BITS | news;
  return (struct server_reply){ERR_NONE, {what, detail_of(socket, news)}};
}

static struct server_reply serve_send(const struct server_request *request) {
  const struct rt_client *client = &server->clients[request->client];
  struct socket *socket =
      socket_find(request->client, request->arguments[0], SOCKET_STREAM);
  if (socket == NULL) {
    return server_fail(ERR_INVALID_ARGUMENT);
  }
  if (request->arguments[1] > client->shared_size) {
    return server_fail(ERR_RANGE);
  }
  word_t taken =
      stream_send(socket, (const void *)(uintptr_t)client->shared,
                  request->arguments[1], request->label == NETWORK_REPLY);
  return (struct server_reply){ERR_NONE, {taken, 0}};
}

static struct server_reply serve_send_to(const struct server_request *request) {
  const struct rt_client *client = &server->clients[request->client];
  const struct network_peer *place = (const void *)(uintptr_t)client->shared;
  word_t bytes = request->arguments[1];
  struct socket *socket =
      socket_find(request->client, request->arguments[0], SOCKET_DATAGRAM);
  if (socket == NULL) {
    return server_fail(ERR_INVALID_ARGUMENT);
  }
  if (bytes > NETWORK_DATAGRAM_MAX ||
      client->shared_size < sizeof *place + bytes) {
    return server_fail(ERR_RANGE);
  }
  const struct network_peer to = *place; /* the client may change it */
  if (to.port > PORT_MAX) {
    return server_fail(ERR_RANGE);
  }
  return server_fail(datagram_send(socket, &to, place + 1, bytes));
}

static struct server_reply serve_close(const struct server_request *request) {
  word_t client = request->client;
  word_t number = request->arguments[0];
  struct socket *datagrams = socket_find(client, number, SOCKET_DATAGRAM);
  struct socket *stream = socket_find(client, number, SOCKET_STREAM);
  struct socket *listening = socket_find(client, number, SOCKET_LISTENING);
  if (datagrams != NULL) {
    datagram_close(datagrams);
  } else if (stream != NULL || listening != NULL) {
    stream_close(stream != NULL ? stream : listening);
  } else {
    return server_fail(ERR_INVALID_ARGUMENT);
  }
  return server_fail(ERR_NONE);
}

static struct server_reply dispatch(const struct server_request *request) {
  switch (request->label) {
  case NETWORK_STATUS:
    return serve_status();
  case NETWORK_LISTEN:
  case NETWORK_CONNECT:
  case NETWORK_BIND:
    return serve_open(request);
  case NETWORK_NEXT:
    return serve_next(request->client);
  case NETWORK_SEND:
  case NETWORK_REPLY:
    return serve_send(request);
  case NETWORK_SEND_TO:
    return serve_send_to(request);
  case NETWORK_CLOSE:
    return serve_close(request);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

static struct server_reply serve(const struct server_request *request) {
  struct server_reply reply = dispatch(request);
  settle();
  return reply;
}

int main(void) {
  server = &rt_start_page()->server;
  lwip_init();
  clock_start();
  interface_start();
  interface_flush();
  server_run(server, &(const struct server_operations){.serve = serve,
                                                       .event = on_event});
}
