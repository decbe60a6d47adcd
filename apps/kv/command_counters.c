/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that count: a value that is a number, changed in one step. */
#include "command.h"
#include "number.h"

/* The number that a key holds; absent is 0. False: it holds something else. */
static bool read_number(struct database *database, uint32_t chain,
                        int64_t *number) {
  uint8_t text[NUMBER_TEXT_MAX];
  *number = 0;
  if (chain == DATABASE_ABSENT) {
    return true;
  }
  uint32_t length = database_entry(database, chain).value_length;
  if (length > sizeof text) {
    return false;
  }
  struct chain_reader reader = database_value(database, chain);
  chain_copy(&reader, text, length);
  return number_parse((struct slice){text, length}, number);
}

static void add(struct call *call, int64_t by) {
  struct database *database = &call->server->database;
  uint32_t chain = call_find(call, 1);
  int64_t number;
  char text[NUMBER_TEXT_MAX];
  if (!read_number(database, chain, &number)) {
    reply_error(call->reply, "ERR value is not an integer or out of range");
    return;
  }
  if (!number_add(&number, by)) {
    reply_error(call->reply, "ERR increment or decrement would overflow");
    return;
  }
  struct slice value = {(uint8_t *)text, number_format(number, text)};
  if (database_put(database, chain, call_argument(call, 1), value) ==
      DATABASE_ABSENT) {
    call_no_memory(call);
    return;
  }
  reply_number(call->reply, number);
}

static void run_incr(struct call *call) {
  add(call, 1);
}

static void run_decr(struct call *call) {
  add(call, -1);
}

static void run_incrby(struct call *call) {
  int64_t by;
  if (call_number(call, 2, &by)) {
    add(call, by);
  }
}

static void run_decrby(struct call *call) {
  int64_t by;
  if (!call_number(call, 2, &by)) {
    return;
  }
  if (by == INT64_MIN) {
    reply_error(call->reply, "ERR decrement would overflow");
    return;
  }
  add(call, -by);
}

const struct command command_counters[] = {
    {"incr", run_incr, 2, "write denyoom fast", 1, 1, 1},
    {"decr", run_decr, 2, "write denyoom fast", 1, 1, 1},
    {"incrby", run_incrby, 3, "write denyoom fast", 1, 1, 1},
    {"decrby", run_decrby, 3, "write denyoom fast", 1, 1, 1},
    {0},
};
