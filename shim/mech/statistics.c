/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shim has done, and the ordered end, at which it says so. Must never
 * count what only one replica sees: these are words of the compared memory.
 */
#include "shim/statistics.h"

#include "kernel/event.h"
#include "kernel/hooks.h"
#include "rcoe/replica.h"
#include "rcoe/verdict.h"
#include "shim/region.h"

static struct {
  word_t operations;
  word_t again;
  word_t taken_over;
  word_t refused;
} done;

static struct region_count counts[REGION_COUNT];

void statistics_operation(const struct device_request *request) {
  done.operations++;
  region_account(counts, request);
}

void statistics_again(void) {
  done.again++;
}

void statistics_taken_over(void) {
  done.taken_over++;
}

void statistics_refused(void) {
  done.refused++;
}

void statistics_report(void) {
  event_write(
      EVENT_SHIM,
      (word_t[4]){done.operations, done.again, done.taken_over, done.refused},
      NULL);
  for (word_t i = 0; i < REGION_COUNT; i++) {
    const struct region_count *count = &counts[i];
    if (count->loads == 0 && count->stores == 0 && count->block_bytes == 0)
      continue;
    event_write(EVENT_REGION,
                (word_t[4]){region_start(i) | region_rights(i), count->loads,
                            count->stores, count->block_bytes},
                NULL);
  }
}

/* One replica is enough to say what all have counted. */
NORETURN void hook_halt(word_t code) {
  verdict_agree_exit(code);
  if (replica_is_primary())
    statistics_report();
  verdict_exit(code);
}
