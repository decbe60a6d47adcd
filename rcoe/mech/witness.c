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

static bool quorum_agrees(uint32_t meeting) {
  const struct arrival *own = &replica.arrival[meeting & 1].said;
  uint32_t missing = vote_quorum(replica.cycle.live) - 1;
  for (uint32_t rest = replica_peers(); rest && missing; rest &= rest - 1)
    missing -= agrees(lifecycle_lowest(rest), own);
  return missing == 0;
}

static bool admits(uint32_t peer, uint32_t joiner) {
  struct notice notice;
  return channel_read(peer, RECORD_NOTICE, &notice) &&
         notice.epoch == replica.cycle.epoch && notice.admits == 1u << joiner;
}

static bool quorum_admits(uint32_t joiner) {
  uint32_t before = replica.cycle.live & ~(1u << joiner);
  uint32_t missing = vote_quorum(before) - 1;
  for (uint32_t rest = before & replica_peers(); rest && missing;
       rest &= rest - 1)
    missing -= admits(lifecycle_lowest(rest), joiner);
  return missing == 0;
}

OUT_OF_LINE
SECTION(".text.wait.witness")
static bool wait_for(bool (*quorum)(uint32_t), uint32_t of) {
  uint64_t end = arch_time() + replica.limits.deadline;
  while (arch_time() < end) {
    channel_republish();
    arch_wait_for_event();
    if (quorum(of))
      return true;
  }
  return false;
}

bool witness_stands(void) {
  return replica.config.voting == VOTING_OFF ||
         quorum_agrees(replica.meeting) ||
         wait_for(quorum_agrees, replica.meeting);
}

bool witness_admits(uint32_t joiner) {
  return quorum_admits(joiner) || wait_for(quorum_admits, joiner);
}
