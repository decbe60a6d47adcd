/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random byte streams to the key-value server on the host, under sanitizers:
 * `fuzz_kv [INPUTS [SEED]]`. Each input is a run of requests, most of them
 * damaged. Two servers get it: one whole, one cut anywhere, its replies leaving
 * in pieces of any size. Both must answer the same bytes, which must be the
 * protocol, and end in the same state; memory must add up. SAVE keeps what it
 * must (fuzz_keeper.h).
 */
#include "fuzz_keeper.h"
#include "session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_INPUTS 20000u
#define MEMORY 16384u /* small, so that it is often full */
#define INPUT_MAX 4096u
#define SAID_MAX (1u << 20)
#define LIFE 500u /* inputs until both servers start anew */

struct side {
  struct server server;
  struct session session;
  uint32_t memory[MEMORY / 4];
  uint32_t length;
  uint8_t said[SAID_MAX];
};

static struct side sides[2];
static uint8_t input[INPUT_MAX];
static uint32_t input_length;
static uint64_t state;

static uint32_t below(uint32_t bound) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32) % bound;
}

/* ---- inputs -------------------------------------------------------------- */

static const char *const words[] = {
    "a",
    "b",
    "c",
    "key:1",
    "key:2",
    "",
    "0",
    "1",
    "-1",
    "7",
    "ex",
    "px",
    "nx",
    "xx",
    "get",
    "keepttl",
    "*",
    "k*",
    "[a-c",
    "?",
    "match",
    "count",
    "docs",
    "info",
    "9223372036854775807",
    "-9223372036854775808",
    "save",
    "replicas",
    "a longer value that does not fit into the first cell of its chain at all",
};

#define WORD_COUNT (sizeof words / sizeof words[0])

static void add(const char *text, uint32_t length) {
  if (input_length + length <= INPUT_MAX) {
    memcpy(input + input_length, text, length);
    input_length += length;
  }
}

static void add_text(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  add(text, (uint32_t)length);
}

static const char *any_name(void) {
  const struct command *command;
  do {
    command = command_row(below(40));
  } while (command == NULL);
  return command->name;
}

static void add_request(void) {
  bool is_line = below(4) == 0;
  uint32_t count = below(8) == 0 ? 1 + below(12) : 1 + below(4);
  if (!is_line) {
    add_text("*%u\r\n", count);
  }
  for (uint32_t i = 0; i < count; i++) {
    const char *word = i == 0 ? any_name() : words[below(WORD_COUNT)];
    if (is_line) {
      add_text(below(5) == 0 ? "\"%s\" " : "%s ", word);
    } else {
      add_text("$%zu\r\n%s\r\n", strlen(word), word);
    }
  }
  if (is_line) {
    add_text("\r\n");
  }
}

/* One long value, so that replies and requests fill their buffers. */
static void add_long(void) {
  static char value[3000];
  uint32_t length = below(sizeof value);
  memset(value, 'v', sizeof value);
  add_text("*3\r\n$6\r\nAPPEND\r\n$1\r\na\r\n$%u\r\n", length);
  add(value, length);
  add_text("\r\n");
}

static void damage(void) {
  static const char *const lengths[] = {
      "*-1\r\n",         "$-1\r\n",    "*999999\r\n", "$536870912\r\n",
      "*2147483648\r\n", "$16384\r\n", "\r\n",        "\""};
  uint32_t at = below(input_length);
  uint32_t count = 1 + below(input_length - at < 8 ? input_length - at : 8);
  switch (below(4)) {
  case 0:
    input[at] = (uint8_t)below(256);
    break;
  case 1: /* lose some */
    memmove(input + at, input + at + count, input_length - at - count);
    input_length -= count;
    break;
  case 2: /* have some twice */
    add((const char *)input + at, count);
    break;
  default:
    input_length = at;
    add_text("%s", lengths[below(sizeof lengths / sizeof lengths[0])]);
    break;
  }
}

static void make_input(void) {
  uint32_t requests = 1 + below(6);
  input_length = 0;
  for (uint32_t i = 0; i < requests; i++) {
    if (below(20) == 0) {
      add_long();
    } else {
      add_request();
    }
  }
  for (uint32_t i = below(4); i > 0 && input_length > 0; i--) {
    damage();
  }
}

/* ---- serving ------------------------------------------------------------- */

_Noreturn void fuzz_fail(const char *what) {
  printf("does not hold: %s; the input:\n", what);
  fwrite(input, 1, input_length, stdout);
  exit(1);
}

static void start(struct side *side) {
  memset(side->memory, 0, sizeof side->memory);
  side->server = (struct server){.connections_max = 1, .keeper = &fuzz_keeper};
  database_start(&side->server.database, side->memory, sizeof side->memory);
}

/* Let at most `max` bytes of replies leave. */
static void let_leave(struct side *side, uint32_t max) {
  struct slice waiting = session_waiting(&side->session);
  uint32_t count = waiting.length < max ? waiting.length : max;
  if (side->length + count > SAID_MAX) {
    fuzz_fail("replies to one input are bounded");
  }
  memcpy(side->said + side->length, waiting.bytes, count);
  side->length += count;
  session_sent(&side->session, count);
}

static void finish(struct side *side) {
  do {
    let_leave(side, UINT32_MAX);
    (void)session_run(&side->session, &side->server, UINT32_MAX);
  } while (session_waiting(&side->session).length > 0);
}

/* A connection that brings the input in pieces of at most `piece` bytes. */
static void serve(struct side *side, uint32_t piece) {
  uint32_t done = 0;
  side->length = 0;
  session_open(&side->session, &side->server);
  while (done < input_length && session_room(&side->session) > 0) {
    uint32_t count = piece >= input_length ? piece : 1 + below(piece);
    count = input_length - done < count ? input_length - done : count;
    done += session_take(&side->session, (struct slice){input + done, count});
    (void)session_run(&side->session, &side->server, 1 + below(8));
    let_leave(side, below(3) == 0 ? UINT32_MAX : below(200));
    if (session_room(&side->session) == 0) {
      finish(side);
    }
  }
  finish(side);
}

/* ---- what must hold ------------------------------------------------------ */

/* A line's number; the line ends before `end`. NULL: it is no such line. */
static const uint8_t *skip_line(const uint8_t *at, const uint8_t *end) {
  const uint8_t *lf = memchr(at, '\n', (size_t)(end - at));
  return lf == NULL || lf == at || lf[-1] != '\r' ? NULL : lf + 1;
}

/* One element: a line, with the bytes of a string behind it. */
static const uint8_t *skip_element(const uint8_t *at, const uint8_t *end,
                                   long *elements) {
  long number = strtol((const char *)at + 1, NULL, 10);
  uint8_t kind = *at;
  at = skip_line(at, end);
  if (at == NULL || strchr("+-:$*", kind) == NULL) {
    return NULL;
  }
  if (kind == '*' && number > 0) {
    *elements += number;
  }
  if (kind != '$' || number < 0) {
    return at;
  }
  if (end - at < number + 2 || at[number] != '\r' || at[number + 1] != '\n') {
    return NULL;
  }
  return at + number + 2;
}

static void check_protocol(const struct side *side) {
  const uint8_t *at = side->said;
  const uint8_t *end = at + side->length;
  long elements = 0;
  while (at < end) {
    elements -= elements > 0 ? 1 : 0;
    at = skip_element(at, end, &elements);
    if (at == NULL) {
      fuzz_fail("replies are the protocol");
    }
  }
  if (elements != 0) {
    fuzz_fail("an array has its elements");
  }
}

static uint32_t check_memory(const struct database *database) {
  const struct cell *all = database->cells.all;
  uint32_t used = 0;
  uint32_t keys = 0;
  for (uint32_t i = 0; i <= database->bucket_mask; i++) {
    uint32_t chain = database->buckets[i];
    while (chain != CELL_NONE && keys++ < database->cells.count) {
      for (uint32_t c = chain; c != CELL_NONE; c = all[c].next) {
        used++;
      }
      chain = database_entry(database, chain).next;
    }
  }
  if (used != database->cells.used || keys != database->keys) {
    fuzz_fail("every cell is in one chain or free");
  }
  return used;
}

static void check(void) {
  const struct database *one = &sides[0].server.database;
  const struct database *two = &sides[1].server.database;
  check_protocol(&sides[0]);
  if (sides[0].length != sides[1].length ||
      memcmp(sides[0].said, sides[1].said, sides[0].length) != 0) {
    fuzz_fail("replies do not depend on how the stream is cut");
  }
  if (session_over(&sides[0].session) != session_over(&sides[1].session)) {
    fuzz_fail("nor does the end of the connection");
  }
  if (check_memory(one) != check_memory(two) ||
      memcmp(sides[0].memory, sides[1].memory, MEMORY) != 0) {
    fuzz_fail("nor does the state");
  }
  if (!fuzz_keeper_sides_agree()) {
    fuzz_fail("nor what is kept");
  }
}

int main(int argc, char **argv) {
  unsigned long inputs = argc > 1 ? strtoul(argv[1], NULL, 0) : DEFAULT_INPUTS;
  unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
  unsigned long commands = 0;
  unsigned long broken = 0;
  uint64_t now_ms = 0;
  state = seed * 0x9e3779b97f4a7c15u + 1;
  fuzz_keeper_begin();
  for (unsigned long i = 0; i < inputs; i++) {
    if (i % LIFE == 0) {
      commands += sides[0].server.commands;
      broken += sides[0].server.broken;
      start(&sides[0]);
      start(&sides[1]);
    }
    now_ms += below(3);
    make_input();
    uint32_t calls = below(4) == 0 ? below(60) : FUZZ_NEVER;
    for (uint32_t s = 0; s < 2; s++) {
      fuzz_keeper_use(s, calls);
      database_set_time(&sides[s].server.database, now_ms);
      serve(&sides[s], s == 0 ? UINT32_MAX : 1 + below(40));
      session_close(&sides[s].session, &sides[s].server);
    }
    check();
  }
  printf("%lu inputs from seed %lu: %lu commands served, %lu connections "
         "closed for not being the protocol, %lu times saved, %lu times not\n",
         inputs, seed, commands + sides[0].server.commands,
         broken + sides[0].server.broken, fuzz_keeper_done() / 2,
         fuzz_keeper_failed() / 2);
  return fuzz_keeper_done() == 0 || fuzz_keeper_failed() == 0;
}
