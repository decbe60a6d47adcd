/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands on values: reading, setting, appending. */
#include "command.h"

#include "expiry.h"

static void answer_value(struct call *call, uint32_t chain) {
  struct database *database = &call->server->database;
  if (chain == DATABASE_ABSENT) {
    reply_null(call->reply);
    return;
  }
  reply_chain(call->reply, database_value(database, chain),
              database_entry(database, chain).value_length);
}

/* GET key */
static void run_get(struct call *call) {
  uint32_t chain = call_find(call, 1);
  answer_value(call, chain);
  if (call->reply->overflow) {
    return; /* comes again */
  }
  if (chain == DATABASE_ABSENT) {
    call->server->misses++;
  } else {
    call->server->hits++;
  }
}

/* MGET key [key ...] */
static void run_mget(struct call *call) {
  reply_array(call->reply, call_count(call) - 1);
  for (uint32_t i = 1; i < call_count(call); i++) {
    answer_value(call, call_find(call, i));
  }
}

/* STRLEN key */
static void run_strlen(struct call *call) {
  uint32_t chain = call_find(call, 1);
  reply_number(
      call->reply,
      chain == DATABASE_ABSENT
          ? 0
          : database_entry(&call->server->database, chain).value_length);
}

/* ---- SET ----------------------------------------------------------------- */

struct set_options {
  bool only_new;    /* NX */
  bool only_old;    /* XX */
  bool answer_old;  /* GET */
  bool keep_expiry; /* KEEPTTL */
  uint64_t expires_ms;
};

/* Read the option at *i and move behind it. False: an error was answered. */
static bool read_option(struct call *call, uint32_t *i,
                        struct set_options *options) {
  struct slice word = call_argument(call, (*i)++);
  bool in_seconds = slice_is(word, "ex");
  if (slice_is(word, "nx")) {
    options->only_new = true;
  } else if (slice_is(word, "xx")) {
    options->only_old = true;
  } else if (slice_is(word, "get")) {
    options->answer_old = true;
  } else if (slice_is(word, "keepttl")) {
    options->keep_expiry = true;
  } else if ((in_seconds || slice_is(word, "px")) && *i < call_count(call) &&
             options->expires_ms == DATABASE_NO_EXPIRY) {
    return expiry_read(call, (*i)++, in_seconds, &options->expires_ms);
  } else if (slice_is(word, "exat") || slice_is(word, "pxat")) {
    reply_error(call->reply, "ERR no wall clock here: use EX or PX");
    return false;
  } else {
    call_syntax_error(call);
    return false;
  }
  return true;
}

static bool read_options(struct call *call, struct set_options *options) {
  for (uint32_t i = 3; i < call_count(call);) {
    if (!read_option(call, &i, options)) {
      return false;
    }
  }
  if ((options->only_new && options->only_old) ||
      (options->keep_expiry && options->expires_ms != DATABASE_NO_EXPIRY)) {
    call_syntax_error(call);
    return false;
  }
  return true;
}

/* @return False: no room, nothing changed. */
static bool set_value(struct database *database, uint32_t chain,
                      const struct slice pair[2], struct set_options options) {
  uint32_t put = database_put(database, chain, pair[0], pair[1]);
  if (put != DATABASE_ABSENT && !options.keep_expiry) {
    database_expire(database, put, options.expires_ms);
  }
  return put != DATABASE_ABSENT;
}

/* SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL] */
static void run_set(struct call *call) {
  struct database *database = &call->server->database;
  struct set_options options = {0};
  struct slice pair[2] = {call_argument(call, 1), call_argument(call, 2)};
  if (!read_options(call, &options)) {
    return;
  }
  struct reply_mark mark = reply_begin(call->reply);
  uint32_t chain = database_find(database, pair[0]);
  bool wanted = !(options.only_new && chain != DATABASE_ABSENT) &&
                !(options.only_old && chain == DATABASE_ABSENT);
  if (options.answer_old) {
    answer_value(call, chain);
  } else if (wanted) {
    reply_status(call->reply, "OK");
  } else {
    reply_null(call->reply);
  }
  if (wanted && !call->reply->overflow &&
      !set_value(database, chain, pair, options)) {
    reply_undo(call->reply, mark);
    call_no_memory(call);
  }
}

/* MSET key value [key value ...]: all or nothing */
static void run_mset(struct call *call) {
  struct database *database = &call->server->database;
  uint32_t cells = 0;
  if (call_count(call) % 2 == 0) {
    reply_error(call->reply, "ERR wrong number of arguments for 'mset' "
                             "command");
    return;
  }
  for (uint32_t i = 1; i < call_count(call); i += 2) {
    cells += database_need(database, call_find(call, i),
                           call_argument(call, i).length,
                           call_argument(call, i + 1).length);
  }
  if (!database_reserve(database, cells)) {
    call_no_memory(call);
    return;
  }
  for (uint32_t i = 1; i < call_count(call); i += 2) {
    struct slice pair[2] = {call_argument(call, i), call_argument(call, i + 1)};
    (void)set_value(database, database_find(database, pair[0]), pair,
                    (struct set_options){0}); /* there is room */
  }
  reply_status(call->reply, "OK");
}

/* APPEND key value */
static void run_append(struct call *call) {
  struct database *database = &call->server->database;
  struct slice more = call_argument(call, 2);
  uint32_t chain = call_find(call, 1);
  uint32_t length = 0;
  if (chain != DATABASE_ABSENT) {
    length = database_entry(database, chain).value_length;
  }
  if (length + more.length > VALUE_MAX) {
    reply_error(call->reply, "ERR string exceeds maximum allowed size "
                             "(proto-max-bulk-len)");
    return;
  }
  bool done = chain == DATABASE_ABSENT
                  ? database_put(database, chain, call_argument(call, 1),
                                 more) != DATABASE_ABSENT
                  : database_append(database, chain, more);
  if (!done) {
    call_no_memory(call);
    return;
  }
  reply_number(call->reply, length + more.length);
}

const struct command command_strings[] = {
    {"get", run_get, 2, "readonly fast", 1, 1, 1},
    {"set", run_set, -3, "write denyoom", 1, 1, 1},
    {"mget", run_mget, -2, "readonly fast", 1, -1, 1},
    {"mset", run_mset, -3, "write denyoom", 1, -1, 2},
    {"append", run_append, 3, "write denyoom fast", 1, 1, 1},
    {"strlen", run_strlen, 2, "readonly fast", 1, 1, 1},
    {0},
};
