/* SPDX-License-Identifier: BSD-2-Clause */
/* A transport without a network: memory. */
#include "kv_talk.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY_MAX (1u << 20)
#define SAID_MAX (1u << 20)

struct server talk_server;
struct session talk_session;

static uint32_t memory[MEMORY_MAX / 4];

void talk_start(uint32_t bytes) {
  memset(memory, 0, sizeof memory);
  talk_server = (struct server){.connections_max = 4};
  database_start(&talk_server.database, memory, bytes);
  session_open(&talk_session, &talk_server);
}

/* Run, and let replies leave, until nothing moves. */
static uint32_t collect(char *said, uint32_t length) {
  struct slice waiting;
  do {
    (void)session_run(&talk_session, &talk_server, UINT32_MAX);
    waiting = session_waiting(&talk_session);
    if (length + waiting.length >= SAID_MAX) {
      abort();
    }
    memcpy(said + length, waiting.bytes, waiting.length);
    length += waiting.length;
    session_sent(&talk_session, waiting.length);
  } while (waiting.length > 0);
  return length;
}

const char *talk(const char *text) {
  static char said[SAID_MAX];
  uint32_t length = 0;
  struct slice rest = slice_of(text);
  do {
    uint32_t taken = session_take(&talk_session, rest);
    rest.bytes += taken;
    rest.length -= taken;
    length = collect(said, length);
  } while (rest.length > 0 && session_room(&talk_session) > 0);
  said[length] = '\0';
  return said;
}

bool talk_says(const char *line, const char *reply) {
  char text[512];
  char expected[4096];
  (void)snprintf(text, sizeof text, "%s\r\n", line);
  (void)snprintf(expected, sizeof expected, "%s\r\n", reply);
  const char *said = talk(text);
  if (strcmp(said, expected) != 0) {
    printf("%s: %s", line, said);
    return false;
  }
  return true;
}
