/* SPDX-License-Identifier: BSD-2-Clause */
/* The joining replica's side of re-integration. */
#pragma once

#include "abi/boot.h"

/* Time that a pause may take: final copy and start of the core. */
#define REJOIN_GRACE_US 20000u

/* Private state is complete (the donor wrote it): become audible. */
void rejoin_start(const struct boot_handover *handover);

/* First meeting; from then on this replica is like any other. */
void rejoin_meet(void);
