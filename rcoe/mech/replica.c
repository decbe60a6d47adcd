/* SPDX-License-Identifier: BSD-2-Clause */
/* Private state of replica control: set up at boot from the hand-over. */
#include "rcoe/replica.h"

#include "kernel/arch.h"
#include "kernel/compiler.h"
#include "rcoe/channel.h"

REPLICA_LOCAL struct replica replica;

/* Boot is staggered (core 0 starts the others): be patient until it is over. */
#define BOOT_DEADLINE_US 200000u
#define PATIENCE_FACTOR 64u

void replica_init(const struct boot_handover *handover) {
  uint64_t unit = ARCH_TIME_PER_US;
  replica = (struct replica){
      .self = handover->replica,
      .configured = (1u << handover->config.replicas) - 1,
      .config = handover->config,
      .parking_stub = handover->parking_stub,
      .signature = SIGNATURE_INITIAL,
      .drifts = handover->config.voting != VOTING_OFF &&
                !(handover->config.voting & VOTING_ENTRY),
  };
  lifecycle_init(&replica.cycle, handover->config.replicas);
  replica.limits.deadline = BOOT_DEADLINE_US * unit;
  replica.limits.ask = replica.limits.deadline / 2;
  replica.limits.verdict_deadline = handover->config.verdict_deadline_us * unit;
  replica.limits.patience = PATIENCE_FACTOR * BOOT_DEADLINE_US * unit;
  channel_start();
}
