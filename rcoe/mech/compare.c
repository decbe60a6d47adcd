/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests of memory, compared beside the signature; see rcoe/compare.h. */
#include "rcoe/compare.h"

#include "kernel/compiler.h"
#include "rcoe/meet.h"
#include "rcoe/replica.h"
#include "rcoe/vote.h"

static REPLICA_LOCAL uint32_t taken_by; /* who was live; 0: none is open */

void compare_publish(const struct page_hash *hash) {
  replica.memory = page_hash_digest(hash);
  taken_by = replica.cycle.live;
}

bool compare_is_open(void) {
  return taken_by != 0;
}

void compare_drop(void) {
  replica.memory = 0;
  taken_by = 0;
}

enum compare_result compare_judge(uint32_t *odd) {
  struct arrival ballots[REPLICA_MAX] = {{0}};
  uint32_t live = taken_by;
  *odd = 0;
  compare_drop();
  if (live == 0 || live != replica.cycle.live)
    return COMPARE_NONE;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    ballots[j].signature_lo = meet_memory(j);
  switch (vote_decide(ballots, live, odd)) {
  case VOTE_ODD:
    return COMPARE_ODD;
  case VOTE_TIE:
    return COMPARE_TIE;
  case VOTE_AGREE:
  default:
    return COMPARE_AGREE;
  }
}
