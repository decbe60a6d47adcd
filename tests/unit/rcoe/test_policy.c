/* SPDX-License-Identifier: BSD-2-Clause */
/* rcoe/core/policy.c: who is brought back, and after what time. */
#include "harness/check.h"
#include "rcoe/policy.h"

#define LIMIT 5u

static struct boot_config config_of(uint32_t policy) {
  return (struct boot_config){.reintegration = policy,
                              .reintegrations_per_hour = LIMIT,
                              .backoff_us = 2000};
}

static void policies_differ_in_how_often(void) {
  struct boot_config never = config_of(REINTEGRATE_NEVER);
  struct boot_config once = config_of(REINTEGRATE_ONCE);
  struct boot_config always = config_of(REINTEGRATE_ALWAYS);
  struct boot_config command = config_of(REINTEGRATE_COMMAND);
  struct boot_config unknown = config_of(99);
  for (uint32_t n = 1; n < 3 * LIMIT; n++) {
    CHECK(!policy_allows(&never, n, false), "never means never");
    CHECK(policy_allows(&once, n, false) == (n <= 1), "once means once");
    CHECK(policy_allows(&always, n, false) == (n <= LIMIT),
          "always ends at the limit: the replica is retired");
    CHECK(policy_allows(&command, n, true), "who is asked for may come");
    CHECK(!policy_allows(&command, n, false), "nobody comes unasked");
    CHECK(!policy_allows(&unknown, n, true),
          "an unknown policy allows nothing");
  }
}

static void backoff_doubles_and_never_wraps(void) {
  struct boot_config config = config_of(REINTEGRATE_ALWAYS);
  CHECK(policy_backoff_us(&config, 1) == 2000, "the first try waits once");
  for (uint32_t n = 1; n < 40; n++)
    CHECK(policy_backoff_us(&config, n + 1) >= policy_backoff_us(&config, n),
          "the next one never waits less");
  CHECK(policy_backoff_us(&config, 4) == 16000, "each conviction doubles it");
  config.backoff_us = UINT32_MAX;
  CHECK(policy_backoff_us(&config, 30) == UINT32_MAX, "it stops at the top");
}

int main(void) {
  policies_differ_in_how_often();
  backoff_doubles_and_never_wraps();
  return check_report("policy");
}
