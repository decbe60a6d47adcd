/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections over the network server (driver/network.h). What a session owes
 * is offered by network_reply: if not all is taken, nothing comes on that
 * socket until there is space, so a session never has to refuse bytes.
 */
#include "service.h"

#include "app/clock.h"
#include "rt/print.h"
#include "rt/start.h"
#include "shim_user/shim.h"

#define SWEEP_BUCKETS 32u /* each time there is nothing else to do */
#define US_PER_MS 1000u

/* In the memory of the start page, before the database. */
struct connection {
  bool used;
  bool ending; /* the client has said all that it will say */
  uint32_t socket;
  struct session session;
};

static struct server server;
static struct connection *connections;

static void read_replicas(struct replica_state *state) {
  struct shim_replicas now = shim_replicas(&rt_start_page()->arguments);
  *state = (struct replica_state){.live = now.live,
                                  .primary = now.primary,
                                  .downgrades = now.downgrades,
                                  .reintegrations = now.returns,
                                  .repairs = now.mended};
}

bool service_start(uint32_t port, uint32_t clients,
                   const struct keeper *keeper) {
  const struct rt_start *start = rt_start_page();
  uint32_t socket = 0;
  uint32_t bytes = clients * (uint32_t)sizeof *connections;
  if (clients > start->memory_size / sizeof *connections ||
      start->memory_size - bytes < DATABASE_BYTES_MIN) {
    return false;
  }
  connections = (struct connection *)(uintptr_t)start->memory;
  server.read_replicas = read_replicas;
  server.connections_max = clients;
  database_start(&server.database, connections + clients,
                 start->memory_size - bytes);
  service_rest();
  server.keeper = keeper;
  if (keeper != NULL && !keeper->load(&server.database)) {
    return false;
  }
  return network_listen(port, &socket) == ERR_NONE;
}

/* ---- connections --------------------------------------------------------- */

/* @return The connection of `socket`; NULL if it has none. */
static struct connection *find(uint32_t socket) {
  for (uint32_t i = 0; i < server.connections_max; i++) {
    if (connections[i].used && connections[i].socket == socket) {
      return &connections[i];
    }
  }
  return NULL;
}

static void begin(uint32_t socket) {
  uint32_t i = 0;
  while (i < server.connections_max && connections[i].used) {
    i++;
  }
  if (i == server.connections_max) {
    server.refused++;
    (void)network_send(socket, SESSION_REFUSAL, strlen(SESSION_REFUSAL));
    network_close(socket);
    return;
  }
  connections[i].used = true;
  connections[i].ending = false;
  connections[i].socket = socket;
  session_open(&connections[i].session, &server);
}

static void end(struct connection *connection) {
  network_close(connection->socket);
  session_close(&connection->session, &server);
  connection->used = false;
}

/* Serve and send until nothing more is there, or nothing more is taken. */
static void serve(struct connection *connection) {
  struct session *session = &connection->session;
  struct slice waiting;
  size_t taken;
  do {
    (void)session_run(session, &server, UINT32_MAX);
    waiting = session_waiting(session);
    taken = waiting.length > 0 ? network_reply(connection->socket,
                                               waiting.bytes, waiting.length)
                               : 0;
    session_sent(session, (uint32_t)taken);
  } while (taken == waiting.length && taken > 0);
  if (session_over(session) || (connection->ending && waiting.length == 0)) {
    end(connection);
  }
}

static void bring(struct connection *connection,
                  const struct network_event *event) {
  struct session *session = &connection->session;
  struct slice bytes = {event->bytes, (uint32_t)event->count};
  if (session->state == SESSION_OPEN && bytes.length > session_room(session)) {
    rt_panic("kv: a piece is larger than a session's room");
  }
  (void)session_take(session, bytes);
  serve(connection);
}

void service_take(const struct network_event *event) {
  if (event->kind == NETWORK_ACCEPTED) {
    begin(event->socket);
    return;
  }
  struct connection *connection = find(event->socket);
  if (connection == NULL) {
    return;
  }
  if (event->kind == NETWORK_DATA) {
    bring(connection, event);
  } else if (event->kind == NETWORK_SPACE) {
    serve(connection);
  } else if (event->kind == NETWORK_CLOSED && event->detail == 0) {
    end(connection); /* lost */
  } else if (event->kind == NETWORK_CLOSED) {
    connection->ending = true;
    serve(connection);
  }
}

/* ---- the whole ----------------------------------------------------------- */

void service_rest(void) {
  database_set_time(&server.database, clock_now() / US_PER_MS);
  database_sweep(&server.database, SWEEP_BUCKETS);
}

bool service_is_over(void) {
  return server.over;
}

const struct server *service_server(void) {
  return &server;
}
