/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/timer/timeouts.c: earliest first, each once, the last setting wins.
 */
#include "timeouts.h"

#include "harness/check.h"

static void names_the_earliest(void) {
  struct timeouts timeouts = {0};
  uint64_t at = 0;
  CHECK(!timeouts_next(&timeouts, &at), "none is armed at first");
  timeouts_set(&timeouts, 0, 500);
  timeouts_set(&timeouts, 1, 300);
  CHECK(timeouts_next(&timeouts, &at) && at == 300, "the earliest is next");
  timeouts_cancel(&timeouts, 1);
  CHECK(timeouts_next(&timeouts, &at) && at == 500, "a cancelled one is gone");
}

static void expires_each_once(void) {
  struct timeouts timeouts = {0};
  timeouts_set(&timeouts, 0, 500);
  timeouts_set(&timeouts, 1, 300);
  CHECK(timeouts_expire(&timeouts, 299) == 0, "nothing is due too early");
  CHECK(timeouts_expire(&timeouts, 300) == 2u, "due at its very time");
  CHECK(timeouts_expire(&timeouts, 499) == 0, "and only once");
  CHECK(timeouts_expire(&timeouts, 900) == 1u, "late is still due");
}

static void last_setting_wins(void) {
  struct timeouts timeouts = {0};
  uint64_t at = 0;
  timeouts_set(&timeouts, 0, 500);
  timeouts_set(&timeouts, 0, 5000000000u);
  CHECK(timeouts_expire(&timeouts, 600) == 0, "the earlier setting is gone");
  CHECK(timeouts_next(&timeouts, &at) && at == 5000000000u,
        "times beyond 32 bits are kept whole");
}

int main(void) {
  names_the_earliest();
  expires_each_once();
  last_setting_wins();
  return check_report("timeouts");
}
