/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The watchdog of programs. `watchdog` feeds it for longer than its time-out,
 * and is warned when it is late; `starve` does not feed it any more, and the
 * board is reset.
 */
#include "parts.h"

#include "app/clock.h"
#include "driver/client.h"
#include "driver/watchdog.h"

#include <stdio.h>

#define TIMEOUT 2u /* half seconds */
#define WARNING 1u
#define MEALS 3u
#define MEAL_US 400000u /* together more than the time-out */
#define STARVED_US 5000000u

static enum err watchdog(enum watchdog_label label, word_t timeout,
                         word_t warning) {
  word_t words[2] = {timeout, warning};
  return client_call(RT_SERVICE_WATCHDOG, label, words);
}

static bool refuses_what_it_must(void) {
  return watchdog(WATCHDOG_FEED, 0, 0) == ERR_ILLEGAL_OPERATION &&
         watchdog(WATCHDOG_START, 0, 0) == ERR_RANGE &&
         watchdog(WATCHDOG_START, 257, 0) == ERR_RANGE &&
         watchdog(WATCHDOG_START, TIMEOUT, TIMEOUT) == ERR_RANGE;
}

static bool feed(void) {
  bool fed = true;
  for (word_t i = 0; i < MEALS && fed; i++) {
    clock_sleep(MEAL_US);
    fed = watchdog(WATCHDOG_FEED, 0, 0) == ERR_NONE;
  }
  printf("watchdog: fed %u times\n", MEALS);
  return fed;
}

bool part_watchdog(void) {
  bool started =
      refuses_what_it_must() &&
      watchdog(WATCHDOG_START, TIMEOUT, WARNING) == ERR_NONE &&
      watchdog(WATCHDOG_START, TIMEOUT, WARNING) == ERR_ILLEGAL_OPERATION;
  if (!started || !feed()) {
    return false;
  }
  client_wait(RT_SERVICE_WATCHDOG);
  puts("watchdog: warned");
  return watchdog(WATCHDOG_FEED, 0, 0) == ERR_NONE;
}

/* Does not return: false if it does. */
bool part_starve(void) {
  watchdog(WATCHDOG_START, TIMEOUT, 0);
  puts("watchdog: starves");
  clock_sleep(STARVED_US);
  return false;
}
