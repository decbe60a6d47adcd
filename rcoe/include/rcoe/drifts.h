/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replicas that meet at device operations and interrupts only (voting `io`, or
 * any set without `entry`). All functions do nothing if replica.drifts is not
 * set; rcoe/drift.h says where replicas meet that are.
 */
#pragma once

#include "kernel/hooks.h"

/* An event was counted. @return Whether its entry is where all meet. */
bool drift_entered(void);

/* An interrupt was taken: stop with the others, or meet if that is the goal.
   @param intake  See interrupts_stop. */
enum interrupt_verdict drift_taken(enum interrupted from, uint32_t intake);

/* A meeting was passed: whatever the goal was, this was it. */
void drift_passed(void);
