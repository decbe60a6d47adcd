/* SPDX-License-Identifier: BSD-2-Clause */
/* INFO: lines of "name:value" in sections, under Redis's names where it has
 * them. All of it is equal in all replicas. */
#include "info.h"

#define REPLICAS_MAX 32u

static void line_head(struct call *call, const char *name) {
  reply_text(call->reply, name);
  reply_text(call->reply, ":");
}

static void text_line(struct call *call, const char *name, const char *text) {
  line_head(call, name);
  reply_text(call->reply, text);
  reply_text(call->reply, "\r\n");
}

static void number_line(struct call *call, const char *name, int64_t number) {
  line_head(call, name);
  reply_decimal(call->reply, number);
  reply_text(call->reply, "\r\n");
}

uint32_t info_memory_max(const struct server *server) {
  return (server->database.cells.count - 1) * (uint32_t)sizeof(struct cell);
}

/* ---- sections ------------------------------------------------------------ */

static void write_server(struct call *call) {
  text_line(call, "server_name", "trireme-kv");
  text_line(call, "redis_mode", "standalone");
  number_line(call, "uptime_in_seconds",
              (int64_t)(call->server->database.now_ms / 1000));
}

static void write_clients(struct call *call) {
  number_line(call, "connected_clients", call->server->connections);
  number_line(call, "maxclients", call->server->connections_max);
}

static void write_memory(struct call *call) {
  number_line(call, "used_memory",
              call->server->database.cells.used * (int64_t)sizeof(struct cell));
  number_line(call, "maxmemory", info_memory_max(call->server));
  text_line(call, "maxmemory_policy", "noeviction");
}

static void write_stats(struct call *call) {
  const struct server *server = call->server;
  number_line(call, "total_connections_received", server->accepted);
  number_line(call, "rejected_connections", server->refused);
  number_line(call, "protocol_errors", server->broken);
  number_line(call, "total_commands_processed", server->commands);
  number_line(call, "expired_keys", server->database.expired);
  number_line(call, "keyspace_hits", server->hits);
  number_line(call, "keyspace_misses", server->misses);
}

static void live_line(struct call *call, uint32_t live) {
  const char *before = "";
  line_head(call, "live");
  for (uint32_t i = 0; i < REPLICAS_MAX; i++) {
    if ((live >> i & 1u) != 0) {
      reply_text(call->reply, before);
      reply_decimal(call->reply, i);
      before = ",";
    }
  }
  reply_text(call->reply, "\r\n");
}

static void write_replicas(struct call *call) {
  struct replica_state state = {0};
  if (call->server->read_replicas != NULL) {
    call->server->read_replicas(&state);
  }
  if (state.live == 0) {
    text_line(call, "replicated", "no");
    return;
  }
  text_line(call, "replicated", "yes");
  live_line(call, state.live);
  number_line(call, "primary", state.primary);
  number_line(call, "downgrades", state.downgrades);
  number_line(call, "reintegrations", state.reintegrations);
  number_line(call, "scrub_repairs", state.repairs);
}

static void write_keyspace(struct call *call) {
  const struct database *database = &call->server->database;
  if (database->keys == 0) {
    return;
  }
  line_head(call, "db0");
  reply_text(call->reply, "keys=");
  reply_decimal(call->reply, database->keys);
  reply_text(call->reply, ",expires=");
  reply_decimal(call->reply, database->expiring);
  reply_text(call->reply, "\r\n");
}

static const struct section {
  const char *name;
  void (*write)(struct call *call);
} sections[] = {
    {"Server", write_server},     {"Clients", write_clients},
    {"Memory", write_memory},     {"Stats", write_stats},
    {"Replicas", write_replicas}, {"Keyspace", write_keyspace},
};

/* ---- all ----------------------------------------------------------------- */

static bool is_wanted(const struct call *call, const struct section *section) {
  for (uint32_t i = 1; i < call_count(call); i++) {
    struct slice word = call_argument(call, i);
    if (slice_is(word, section->name) || slice_is(word, "all") ||
        slice_is(word, "default") || slice_is(word, "everything")) {
      return true;
    }
  }
  return call_count(call) == 1;
}

void info_write(struct call *call) {
  const char *before = "";
  for (uint32_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
    if (!is_wanted(call, &sections[i])) {
      continue;
    }
    reply_text(call->reply, before);
    reply_text(call->reply, "# ");
    reply_text(call->reply, sections[i].name);
    reply_text(call->reply, "\r\n");
    sections[i].write(call);
    before = "\r\n";
  }
}
