/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands about the connection and the server as a whole. */
#include "command.h"

#include "glob.h"
#include "info.h"
#include "number.h"

/* ---- connection ---------------------------------------------------------- */

/* PING [message] */
static void run_ping(struct call *call) {
  if (call_count(call) == 1) {
    reply_status(call->reply, "PONG");
  } else if (call_count(call) == 2) {
    reply_bulk(call->reply, call_argument(call, 1));
  } else {
    reply_error(call->reply, "ERR wrong number of arguments for 'ping' "
                             "command");
  }
}

/* ECHO message */
static void run_echo(struct call *call) {
  reply_bulk(call->reply, call_argument(call, 1));
}

/* QUIT */
static void run_quit(struct call *call) {
  reply_status(call->reply, "OK");
  call->close = true;
}

/* SHUTDOWN: not answered, as Redis does it */
static void run_shutdown(struct call *call) {
  call->server->over = true;
  call->close = true;
}

/* SELECT 0 */
static void run_select(struct call *call) {
  int64_t index = 0;
  if (!call_number(call, 1, &index)) {
    return;
  }
  if (index != 0) {
    reply_error(call->reply, "ERR DB index is out of range");
    return;
  }
  reply_status(call->reply, "OK");
}

/* HELLO [version ...]: only version 2 is spoken, without names and passwords */
static void run_hello(struct call *call) {
  if (call_count(call) > 1 && !slice_is(call_argument(call, 1), "2")) {
    reply_error(call->reply, "NOPROTO unsupported protocol version");
    return;
  }
  if (call_count(call) > 2) {
    reply_error(call->reply, "ERR HELLO takes no options here");
    return;
  }
  reply_array(call->reply, 6);
  reply_bulk(call->reply, slice_of("server"));
  reply_bulk(call->reply, slice_of("trireme-kv"));
  reply_bulk(call->reply, slice_of("proto"));
  reply_number(call->reply, 2);
  reply_bulk(call->reply, slice_of("mode"));
  reply_bulk(call->reply, slice_of("standalone"));
}

/* CLIENT ...: connections have no names and can not be listed */
static void run_client(struct call *call) {
  reply_error(call->reply, "ERR CLIENT is not supported");
}

/* ---- the whole database -------------------------------------------------- */

/* DBSIZE */
static void run_dbsize(struct call *call) {
  reply_number(call->reply, call->server->database.keys);
}

/* FLUSHDB [ASYNC | SYNC] */
static void run_flush(struct call *call) {
  bool known =
      call_count(call) == 1 ||
      (call_count(call) == 2 && (slice_is(call_argument(call, 1), "sync") ||
                                 slice_is(call_argument(call, 1), "async")));
  if (!known) {
    call_syntax_error(call);
    return;
  }
  database_clear(&call->server->database);
  reply_status(call->reply, "OK");
}

/* SAVE */
static void run_save(struct call *call) {
  static const char *const errors[] = {
      [KEEPER_FULL] = "ERR the flash is full: not all keys were saved",
      [KEEPER_DEVICE] = "ERR the flash does not work: not all keys were saved"};
  const struct keeper *keeper = call->server->keeper;
  if (keeper == NULL) {
    reply_error(call->reply, "ERR this server keeps nothing, kvkeep does");
    return;
  }
  enum keeper_result result = keeper->save(&call->server->database);
  if (result == KEEPER_DONE) {
    reply_status(call->reply, "OK");
  } else {
    reply_error(call->reply, errors[result]);
  }
}

/* ---- the server ---------------------------------------------------------- */

/* INFO [section ...] */
static void run_info(struct call *call) {
  struct reply_mark mark = reply_begin(call->reply);
  info_write(call);
  reply_close_bulk(call->reply, mark);
}

/* One parameter if a pattern names it. @return Elements answered. */
static uint32_t answer_parameter(struct call *call, const char *name,
                                 struct slice value) {
  for (uint32_t i = 2; i < call_count(call); i++) {
    if (glob_match(call_argument(call, i), slice_of(name))) {
      reply_bulk(call->reply, slice_of(name));
      reply_bulk(call->reply, value);
      return 2;
    }
  }
  return 0;
}

static uint32_t answer_number(struct call *call, const char *name,
                              uint32_t number) {
  char text[NUMBER_TEXT_MAX];
  struct slice value = {(uint8_t *)text, number_format(number, text)};
  return answer_parameter(call, name, value);
}

/* CONFIG GET pattern [pattern ...]: what is fixed, under Redis's names */
static void run_config(struct call *call) {
  const struct server *server = call->server;
  if (!slice_is(call_argument(call, 1), "get") || call_count(call) < 3) {
    reply_error(call->reply, "ERR only CONFIG GET is supported");
    return;
  }
  struct reply_mark mark = reply_begin(call->reply);
  uint32_t count = answer_parameter(call, "save", slice_of(""));
  count += answer_parameter(call, "appendonly", slice_of("no"));
  count += answer_number(call, "databases", 1);
  count += answer_number(call, "maxclients", server->connections_max);
  count += answer_number(call, "maxmemory", info_memory_max(server));
  count += answer_number(call, "proto-max-bulk-len", VALUE_MAX);
  reply_close_array(call->reply, mark, count);
}

const struct command command_server[] = {
    {"ping", run_ping, -1, "fast", 0, 0, 0},
    {"echo", run_echo, 2, "fast", 0, 0, 0},
    {"quit", run_quit, -1, "fast", 0, 0, 0},
    {"select", run_select, 2, "fast", 0, 0, 0},
    {"hello", run_hello, -1, "fast", 0, 0, 0},
    {"client", run_client, -2, "admin", 0, 0, 0},
    {"dbsize", run_dbsize, 1, "readonly fast", 0, 0, 0},
    {"flushdb", run_flush, -1, "write", 0, 0, 0},
    {"flushall", run_flush, -1, "write", 0, 0, 0},
    {"save", run_save, 1, "admin", 0, 0, 0},
    {"info", run_info, -1, "", 0, 0, 0},
    {"shutdown", run_shutdown, -1, "admin", 0, 0, 0},
    {"config", run_config, -2, "admin", 0, 0, 0},
    {0},
};
