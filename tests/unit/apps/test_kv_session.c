/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/kv/session.c: back-pressure, pipelines, and how a connection ends. */
#include "harness/check.h"
#include "kv_talk.h"

#include <stdio.h>
#include <stdlib.h>

#define LONG 8000u

static char text[8 * LONG];

/* SET key to LONG bytes. */
static void set_long(const char *key) {
  int head =
      snprintf(text, sizeof text, "*3\r\n$3\r\nSET\r\n$%u\r\n%s\r\n$%u\r\n",
               (unsigned)strlen(key), key, LONG);
  memset(text + head, 'v', LONG);
  memcpy(text + head + LONG, "\r\n", 3);
  (void)talk(text);
}

static unsigned count(const char *said, const char *what) {
  unsigned found = 0;
  for (; (said = strstr(said, what)) != NULL; said++) {
    found++;
  }
  return found;
}

static void serves_pipelines(void) {
  text[0] = '\0';
  for (unsigned i = 0; i < 3000; i++) {
    strcat(text, "INCR n\r\n");
  }
  talk_start(65536);
  const char *said = talk(text);
  CHECK(count(said, "\r\n") == 3000 && strstr(said, ":3000\r\n") != NULL,
        "three thousand requests in one go are answered in order");
}

static void holds_back_who_does_not_read(void) {
  talk_start(1u << 20);
  set_long("a");
  uint32_t taken = 0;
  for (unsigned i = 0; i < 10000; i++) {
    taken += session_take(&talk_session, slice_of("GET a\r\n"));
    (void)session_run(&talk_session, &talk_server, 1);
  }
  CHECK(session_waiting(&talk_session).length <= REPLY_MAX,
        "replies that nobody reads are bounded");
  CHECK(taken < 7 * 10000 && session_room(&talk_session) == 0,
        "and then requests are not taken either");
  uint32_t commands = talk_server.commands;
  session_sent(&talk_session, session_waiting(&talk_session).length);
  (void)session_run(&talk_session, &talk_server, UINT32_MAX);
  CHECK(talk_server.commands > commands && session_room(&talk_session) > 0,
        "who reads again is served again");
}

static void repeats_what_did_not_fit(void) {
  talk_start(1u << 20);
  set_long("a");
  uint32_t commands = talk_server.commands;
  const char *said = talk("PING\r\nSET a new GET\r\nGET a\r\n");
  CHECK(strncmp(said, "+PONG\r\n$8000\r\nvvv", 16) == 0 &&
            strcmp(said + strlen(said) - 9, "$3\r\nnew\r\n") == 0,
        "a long reply waits until the one before it has left");
  CHECK(talk_server.commands == commands + 3, "and is served once");
}

static void says_what_never_fits(void) {
  talk_start(1u << 20);
  set_long("a");
  CHECK(strncmp(talk("MGET a a\r\n"), "-ERR reply is larger", 20) == 0,
        "a reply that never fits is an error");
  CHECK(strcmp(talk("PING\r\n"), "+PONG\r\n") == 0, "and the service goes on");
}

static void takes_the_longest(void) {
  const unsigned longest = VALUE_MAX;
  talk_start(1u << 20);
  int head = snprintf(text, sizeof text,
                      "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$%u\r\n", longest);
  memset(text + head, 'v', longest);
  memcpy(text + head + longest, "\r\n", 3);
  CHECK(strcmp(talk(text), "+OK\r\n") == 0, "the longest value is taken");
  CHECK(count(talk("GET a\r\n"), "\r\n") == 2, "and given back");
  CHECK(strncmp(talk("APPEND a x\r\n"), "-ERR string exceeds", 19) == 0,
        "but grows no further");
}

static void ends_in_order(void) {
  talk_start(65536);
  CHECK(strcmp(talk("PING\r\nQUIT\r\nPING\r\n"), "+PONG\r\n+OK\r\n") == 0,
        "QUIT is answered, what follows is not");
  CHECK(session_over(&talk_session), "and the connection is over");
  session_close(&talk_session, &talk_server);
  session_open(&talk_session, &talk_server);
  CHECK(!session_over(&talk_session) && session_room(&talk_session) > 0 &&
            talk_server.connections == 1 && talk_server.accepted == 2,
        "the next one begins afresh");
  CHECK(strcmp(talk("PING\r\n*1\r\n$x\r\nPING\r\n"),
               "+PONG\r\n-ERR Protocol error: invalid bulk length\r\n") == 0,
        "what is not the protocol is named");
  CHECK(session_over(&talk_session) && talk_server.broken == 1,
        "and ends the connection");
  CHECK(session_take(&talk_session, slice_of("PING\r\n")) == 0,
        "which then takes nothing");
}

int main(void) {
  serves_pipelines();
  holds_back_who_does_not_read();
  repeats_what_did_not_fit();
  says_what_never_fits();
  takes_the_longest();
  ends_in_order();
  return check_report("kv session");
}
