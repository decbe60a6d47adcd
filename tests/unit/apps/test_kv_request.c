/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/kv/request.c: requests are found wherever the stream is cut; what is
 * not the protocol is named. */
#include "request.h"

#include "harness/check.h"

#include <stdio.h>

static struct request_buffer buffer;

/* Serve all requests of `text`, which comes in pieces of `step` bytes: words
 * joined by ',', requests ended by ';', an error behind '!'. */
static const char *served(struct slice text, uint32_t step) {
  static char said[8192];
  size_t at = 0;
  const char *error = NULL;
  said[0] = '\0';
  request_reset(&buffer);
  for (uint32_t done = 0; done < text.length; done += step) {
    uint32_t length = text.length - done < step ? text.length - done : step;
    enum request_state state;
    (void)request_take(&buffer, (struct slice){text.bytes + done, length});
    while ((state = request_next(&buffer, &error)) == REQUEST_READY) {
      for (uint32_t i = 0; i < buffer.count; i++) {
        struct slice word = request_argument(&buffer, i);
        at += (size_t)snprintf(said + at, sizeof said - at, "%.*s%s",
                               (int)word.length, (const char *)word.bytes,
                               i + 1 < buffer.count ? "," : ";");
      }
      request_done(&buffer);
    }
    if (state == REQUEST_BROKEN) {
      (void)snprintf(said + at, sizeof said - at, "!%s", error);
      return said;
    }
  }
  return said;
}

static bool serves(const char *text, const char *expected) {
  for (uint32_t step = 1; step <= strlen(text) && step < 64; step++) {
    const char *said = served(slice_of(text), step);
    if (strcmp(said, expected) != 0) {
      printf("in pieces of %u: %s\n", step, said);
      return false;
    }
  }
  return true;
}

static void finds_requests(void) {
  CHECK(serves("*1\r\n$4\r\nPING\r\n", "PING;"), "an array of one");
  CHECK(serves("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n", "SET,a,;"),
        "an argument may be empty");
  CHECK(serves("*2\r\n$3\r\nGET\r\n$4\r\n\r\n\r\n\r\n", "GET,\r\n\r\n;"),
        "an argument may hold line ends");
  CHECK(serves("PING\r\nGET a\nECHO \"b c\"\r\n", "PING;GET,a;ECHO,b c;"),
        "lines, however they end");
  CHECK(serves("PING\r\n*1\r\n$4\r\nQUIT\r\nPING\r\n", "PING;QUIT;PING;"),
        "both kinds may follow each other");
  CHECK(serves("\r\n*0\r\n*-1\r\n  \nPING\r\n", "PING;"),
        "empty requests are passed over");
}

static void names_what_is_wrong(void) {
  CHECK(serves("*x\r\n", "!invalid multibulk length"), "a count in letters");
  CHECK(serves("*129\r\n", "!invalid multibulk length"), "too many");
  CHECK(serves("*99999999999999999999\r\n", "!invalid multibulk length"),
        "a count beyond all numbers");
  CHECK(serves("*1\r\n+OK\r\n", "!expected '$'"), "something else inside");
  CHECK(serves("*1\r\n$-1\r\n", "!invalid bulk length"), "a negative length");
  CHECK(serves("*1\r\n$8193\r\n", "!invalid bulk length"), "too long");
  CHECK(serves("*1\r\n$2\r\nabc\r\n", "!bulk string without its end"),
        "more bytes than were told");
  CHECK(serves("GET \"a\r\n", "!unbalanced quotes in request"), "open quotes");
  CHECK(serves("PING\r\n*x\r\n", "PING;!invalid multibulk length"),
        "what came before is served");
}

/* A stream that never ends its line, or its request. */
static void is_bounded(void) {
  static uint8_t flood[4 * REQUEST_MAX];
  memset(flood, 'a', sizeof flood);
  CHECK(strcmp(served((struct slice){flood, sizeof flood}, 4096),
               "!too big inline request") == 0,
        "an endless line");
  memcpy(flood, "*128\r\n", 6);
  for (uint32_t at = 6; at + 1008 <= sizeof flood; at += 1009) {
    memcpy(flood + at, "$1000\r\n", 7);
    memcpy(flood + at + 1007, "\r\n", 2);
  }
  CHECK(strcmp(served((struct slice){flood, sizeof flood}, 1009),
               "!request is too big") == 0,
        "a request of many long arguments");
  CHECK(request_room(&buffer) > 0, "before the buffer was full");
}

static void takes_what_fits(void) {
  static uint8_t lines[sizeof buffer.bytes + 100];
  const char *error;
  memset(lines, '\n', sizeof lines);
  memcpy(lines + sizeof buffer.bytes - 5, "PING\n", 5);
  request_reset(&buffer);
  CHECK(request_take(&buffer, (struct slice){lines, sizeof lines}) ==
            sizeof buffer.bytes,
        "no more than the buffer holds is taken");
  CHECK(request_next(&buffer, &error) == REQUEST_READY, "and served");
  request_done(&buffer);
  CHECK(request_room(&buffer) == sizeof buffer.bytes,
        "then there is room again");
}

int main(void) {
  finds_requests();
  names_what_is_wrong();
  is_bounded();
  takes_what_fits();
  return check_report("kv request");
}
