/* SPDX-License-Identifier: BSD-2-Clause */
/* COMMAND: what commands there are, for clients that ask first. */
#include "command.h"

/* "write fast" as an array of two words. */
static void answer_flags(struct call *call, const char *flags) {
  struct reply_mark mark = reply_begin(call->reply);
  uint32_t count = 0;
  while (*flags != '\0') {
    uint32_t length = (uint32_t)strcspn(flags, " ");
    reply_bulk(call->reply, (struct slice){(const uint8_t *)flags, length});
    flags += length + strspn(flags + length, " ");
    count++;
  }
  reply_close_array(call->reply, mark, count);
}

static void answer_command(struct call *call, const struct command *command) {
  if (command == NULL) {
    reply_text(call->reply, "*-1\r\n");
    return;
  }
  reply_array(call->reply, 6);
  reply_bulk(call->reply, slice_of(command->name));
  reply_number(call->reply, command->arity);
  answer_flags(call, command->flags);
  reply_number(call->reply, command->key_first);
  reply_number(call->reply, command->key_last);
  reply_number(call->reply, command->key_step);
}

static uint32_t count_commands(void) {
  uint32_t count = 0;
  while (command_row(count) != NULL) {
    count++;
  }
  return count;
}

static void answer_all(struct call *call) {
  uint32_t count = count_commands();
  reply_array(call->reply, count);
  for (uint32_t i = 0; i < count; i++) {
    answer_command(call, command_row(i));
  }
}

static void answer_named(struct call *call) {
  reply_array(call->reply, call_count(call) - 2);
  for (uint32_t i = 2; i < call_count(call); i++) {
    answer_command(call, command_find(call_argument(call, i)));
  }
}

/* COMMAND [COUNT | INFO name ... | DOCS ...]; there are no documents */
static void run_command(struct call *call) {
  if (call_count(call) == 1) {
    answer_all(call);
    return;
  }
  struct slice word = call_argument(call, 1);
  if (slice_is(word, "count")) {
    reply_number(call->reply, count_commands());
  } else if (slice_is(word, "info")) {
    answer_named(call);
  } else if (slice_is(word, "docs")) {
    reply_array(call->reply, 0);
  } else {
    call_syntax_error(call);
  }
}

const struct command command_commands[] = {
    {"command", run_command, -1, "", 0, 0, 0},
    {0},
};
