/* SPDX-License-Identifier: BSD-2-Clause */
/* Majority among at most REPLICA_MAX ballots. Pure. */
#include "rcoe/vote.h"

uint32_t vote_population(uint32_t mask) {
  uint32_t count = 0;
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    count++;
  return count;
}

uint32_t vote_quorum(uint32_t live) {
  return vote_population(live) / 2 + 1;
}

bool vote_equal(const struct arrival *a, const struct arrival *b) {
  return a->time == b->time && a->signature_lo == b->signature_lo &&
         a->signature_hi == b->signature_hi;
}

/* Mask of live replicas whose ballot equals that of `replica`. */
static uint32_t ballots_like(const struct arrival *arrivals, uint32_t live,
                             uint32_t replica) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((live >> j & 1) && vote_equal(&arrivals[j], &arrivals[replica]))
      mask |= 1u << j;
  return mask;
}

enum vote_result vote_decide(const struct arrival *arrivals, uint32_t live,
                             uint32_t *odd) {
  *odd = 0;
  for (uint32_t i = 0; i < REPLICA_MAX; i++) {
    if (!(live >> i & 1))
      continue;
    uint32_t like = ballots_like(arrivals, live, i);
    if (like == live)
      return VOTE_AGREE;
    if (vote_population(like) >= vote_quorum(live)) {
      *odd = live & ~like;
      return VOTE_ODD;
    }
  }
  return VOTE_TIE;
}

/* Replicas whose verdict counts: live, and not against themselves. */
static uint32_t countable(const uint32_t *verdicts, uint32_t cast,
                          uint32_t live) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((cast & live & 1u << j) && !(verdicts[j] >> j & 1))
      mask |= 1u << j;
  return mask;
}

bool vote_count_verdicts(const uint32_t *verdicts, uint32_t cast, uint32_t live,
                         uint32_t *winner) {
  uint32_t counted = countable(verdicts, cast, live);
  for (uint32_t i = 0; i < REPLICA_MAX; i++) {
    uint32_t equal = 0;
    if (!(counted >> i & 1))
      continue;
    for (uint32_t j = 0; j < REPLICA_MAX; j++)
      equal += (counted >> j & 1) && verdicts[j] == verdicts[i];
    if (equal >= vote_quorum(live)) {
      *winner = verdicts[i];
      return true;
    }
  }
  return false;
}
