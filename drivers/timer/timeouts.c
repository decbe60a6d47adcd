/* SPDX-License-Identifier: BSD-2-Clause */
/* One time-out per client: with so few, a walk over all beats any heap. */
#include "timeouts.h"

void timeouts_set(struct timeouts *timeouts, uint32_t client, uint64_t at_us) {
  timeouts->at_us[client] = at_us;
  timeouts->armed[client] = true;
}

void timeouts_cancel(struct timeouts *timeouts, uint32_t client) {
  timeouts->armed[client] = false;
}

bool timeouts_next(const struct timeouts *timeouts, uint64_t *at_us) {
  bool found = false;
  for (uint32_t i = 0; i < TIMEOUTS_CLIENTS; i++) {
    if (timeouts->armed[i] && (!found || timeouts->at_us[i] < *at_us)) {
      *at_us = timeouts->at_us[i];
      found = true;
    }
  }
  return found;
}

uint32_t timeouts_expire(struct timeouts *timeouts, uint64_t now_us) {
  uint32_t due = 0;
  for (uint32_t i = 0; i < TIMEOUTS_CLIENTS; i++) {
    if (timeouts->armed[i] && timeouts->at_us[i] <= now_us) {
      timeouts->armed[i] = false;
      due |= 1u << i;
    }
  }
  return due;
}
