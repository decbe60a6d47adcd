/* SPDX-License-Identifier: BSD-2-Clause */
/* Re-integration policy: never, once, always up to a limit, or by command. */
#include "rcoe/policy.h"

#define BACKOFF_DOUBLINGS_MAX 10u

bool policy_allows(const struct boot_config *config, uint32_t convictions,
                   bool commanded) {
  switch (config->reintegration) {
  case REINTEGRATE_ONCE:
    return convictions <= 1;
  case REINTEGRATE_ALWAYS:
    return convictions <= config->reintegrations_per_hour;
  case REINTEGRATE_COMMAND:
    return commanded;
  default:
    return false;
  }
}

uint32_t policy_backoff_us(const struct boot_config *config,
                           uint32_t convictions) {
  uint32_t doublings = convictions > 0 ? convictions - 1 : 0;
  if (doublings > BACKOFF_DOUBLINGS_MAX)
    doublings = BACKOFF_DOUBLINGS_MAX;
  uint64_t backoff = (uint64_t)config->backoff_us << doublings;
  return backoff > UINT32_MAX ? UINT32_MAX : (uint32_t)backoff;
}
