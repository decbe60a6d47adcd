/* SPDX-License-Identifier: BSD-2-Clause */
/* From a request to the function that serves it, and what these share. */
#include "command.h"

#include "number.h"

#define NAME_SHOWN 64u /* bytes of an unknown command's name */

static const struct command *const tables[] = {
    command_strings, command_counters, command_keys, command_server,
    command_commands};

#define TABLE_COUNT (sizeof tables / sizeof tables[0])

/* The row behind `row`, over all tables; NULL at the end. */
static const struct command *next_row(const struct command *row,
                                      uint32_t *table) {
  row++;
  if (row->name == NULL) {
    row = ++*table < TABLE_COUNT ? tables[*table] : NULL;
  }
  return row;
}

const struct command *command_find(struct slice name) {
  uint32_t table = 0;
  const struct command *row = tables[0];
  while (row != NULL && !slice_is(name, row->name)) {
    row = next_row(row, &table);
  }
  return row;
}

const struct command *command_row(uint32_t i) {
  uint32_t table = 0;
  const struct command *row = tables[0];
  while (row != NULL && i-- > 0) {
    row = next_row(row, &table);
  }
  return row;
}

/* Any byte may be in a name; a reply's line must stay one line. */
static void answer_unknown(struct call *call, struct slice name) {
  struct reply_buffer *reply = call->reply;
  reply_text(reply, "-ERR unknown command '");
  for (uint32_t i = 0; i < name.length && i < NAME_SHOWN; i++) {
    bool printable = name.bytes[i] >= ' ' && name.bytes[i] <= '~';
    reply_bytes(reply,
                printable ? (struct slice){name.bytes + i, 1} : slice_of("?"));
  }
  reply_text(reply, "'\r\n");
}

static bool arity_fits(const struct command *command, uint32_t count) {
  return command->arity >= 0 ? count == (uint32_t)command->arity
                             : count >= (uint32_t)-command->arity;
}

static bool keys_fit(const struct call *call, const struct command *command) {
  int32_t last = command->key_last < 0
                     ? (int32_t)call_count(call) + command->key_last
                     : command->key_last;
  for (int32_t i = command->key_first; i > 0 && i <= last;
       i += command->key_step) {
    if (call_argument(call, (uint32_t)i).length > KEY_MAX) {
      return false;
    }
  }
  return true;
}

void command_run(struct call *call) {
  struct slice name = call_argument(call, 0);
  const struct command *command = command_find(name);
  if (command == NULL) {
    answer_unknown(call, name);
  } else if (!arity_fits(command, call_count(call))) {
    reply_text(call->reply, "-ERR wrong number of arguments for '");
    reply_text(call->reply, command->name);
    reply_text(call->reply, "' command\r\n");
  } else if (!keys_fit(call, command)) {
    reply_text(call->reply, "-ERR key is longer than ");
    reply_decimal(call->reply, KEY_MAX);
    reply_text(call->reply, " bytes\r\n");
  } else {
    command->run(call);
  }
}

/* ---- what commands share ------------------------------------------------- */

uint32_t call_find(struct call *call, uint32_t i) {
  return database_find(&call->server->database, call_argument(call, i));
}

bool call_number(struct call *call, uint32_t i, int64_t *number) {
  if (number_parse(call_argument(call, i), number)) {
    return true;
  }
  reply_error(call->reply, "ERR value is not an integer or out of range");
  return false;
}

void call_syntax_error(struct call *call) {
  reply_error(call->reply, "ERR syntax error");
}

void call_no_memory(struct call *call) {
  reply_error(call->reply, "OOM command not allowed when used memory > "
                           "'maxmemory'.");
}
