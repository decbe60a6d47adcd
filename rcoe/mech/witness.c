/* SPDX-License-Identifier: BSD-2-Clause */
/* Shares no code with the looks of arrive.S and meet.c, on purpose. */
#include "rcoe/witness.h"

#include "kernel/arch.h"
#include "kernel/compiler.h"
#include "rcoe/channel.h"
#include "rcoe/vote.h"

static bool agrees(uint32_t peer, const struct arrival *own) {
  struct arrival arrival;
  enum record_index index = channel_arrival_record(own->meeting);
  return channel_read(peer, index, &arrival) &&
         arrival.meeting == own->meeting && vote_equal(&arrival, own);
}

static bool quorum_agrees(const struct arrival *own) {
  uint32_t missing = vote_quorum(replica.cycle.live) - 1;
  for (uint32_t rest = replica_peers(); rest && missing; rest &= rest - 1)
    missing -= agrees(lifecycle_lowest(rest), own);
  return missing == 0;
}

OUT_OF_LINE SECTION(".text.wait.witness") static bool wait_for_quorum(
    const struct arrival *own) {
  uint64_t end = arch_time() + replica.limits.deadline;
  while (arch_time() < end) {
    channel_republish();
    arch_wait_for_event();
    if (quorum_agrees(own))
      return true;
  }
  return false;
}

bool witness_stands(void) {
  const struct arrival *own = &replica.arrival[replica.meeting & 1].said;
  return replica.config.voting == VOTING_OFF || quorum_agrees(own) ||
         wait_for_quorum(own);
}
