/* SPDX-License-Identifier: BSD-2-Clause */
/* One time-out per client, in microseconds; pure, tested on the host. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TIMEOUTS_CLIENTS 4

struct timeouts {
  uint64_t at_us[TIMEOUTS_CLIENTS];
  bool armed[TIMEOUTS_CLIENTS];
};

/** Arm `client` for the absolute time `at_us`, in place of an earlier one. */
void timeouts_set(struct timeouts *timeouts, uint32_t client, uint64_t at_us);
void timeouts_cancel(struct timeouts *timeouts, uint32_t client);

/** @return False if none is armed; else *at_us is the earliest. */
bool timeouts_next(const struct timeouts *timeouts, uint64_t *at_us);

/** Disarm all that are due at `now_us`. @return Their clients, as a mask. */
uint32_t timeouts_expire(struct timeouts *timeouts, uint64_t now_us);
