/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The second timer, measured with the first: both clocks go alike, a time-out
 * comes neither early nor late, also behind the roll-over of the counter (a
 * second after the driver's start), and one that is cancelled does not come.
 */
#include "parts.h"

#include "app/clock.h"
#include "driver/client.h"
#include "driver/timer.h"

#include <stdint.h>
#include <stdio.h>

#define NAPS 6u
#define NAP_US 300000u /* together more than the counter's first lap */
#define LATE_US 20000u /* ticks, deliveries and meetings */
#define SHORT_US 50000u

static enum err epit(enum timer_label label, word_t delay_us) {
  word_t words[2] = {delay_us, 0};
  return client_call(RT_SERVICE_EPIT, label, words);
}

static uint64_t epit_now(void) {
  word_t words[2] = {0, 0};
  enum err error = client_call(RT_SERVICE_EPIT, TIMER_NOW, words);
  return error == ERR_NONE ? (uint64_t)words[1] << 32 | words[0] : 0;
}

static bool lies_between(uint64_t value, uint64_t least, uint64_t most) {
  return value >= least && value <= most;
}

/* @return The time-out came in time, by both clocks. */
static bool nap_is_right(void) {
  uint64_t own = epit_now();
  uint64_t other = clock_now();
  bool set = epit(TIMER_SET, NAP_US) == ERR_NONE;
  client_wait(RT_SERVICE_EPIT);
  own = epit_now() - own;
  other = clock_now() - other;
  return set && lies_between(own, NAP_US, NAP_US + LATE_US) &&
         lies_between(other, NAP_US - 1, NAP_US + LATE_US);
}

/* A late signal of the first time-out would end the wait too early. */
static bool last_setting_counts(void) {
  uint64_t start = epit_now();
  bool set = epit(TIMER_SET, SHORT_US) == ERR_NONE &&
             epit(TIMER_CANCEL, 0) == ERR_NONE;
  clock_sleep(2 * SHORT_US);
  set = set && epit(TIMER_SET, SHORT_US) == ERR_NONE;
  client_wait(RT_SERVICE_EPIT);
  return set && epit_now() - start >= 3 * SHORT_US;
}

static bool refuses_what_it_must(void) {
  return epit(TIMER_SET, TIMER_DELAY_MAX + 1) == ERR_RANGE &&
         epit((enum timer_label)9, 0) == ERR_ILLEGAL_OPERATION;
}

bool part_epit(void) {
  unsigned right = 0;
  for (unsigned i = 0; i < NAPS; i++) {
    right += nap_is_right();
  }
  printf("epit: %u naps of %u, %u in time\n", NAPS, NAP_US, right);
  return right == NAPS && last_setting_counts() && refuses_what_it_must();
}
