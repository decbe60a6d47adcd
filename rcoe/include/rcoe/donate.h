/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The donor's side of re-integration. The lowest-numbered live replica copies
 * itself into the partition of one that was taken away: first while it runs, a
 * few pages at each kernel entry; then, at a system call that all have agreed
 * on, what has changed since. The core is started, and the next meeting counts
 * it as live again. A replica that does not come is convicted like any other.
 */
#pragma once

#include "abi/boot.h"

/* Boot: keep what a joining replica will be handed. */
void donate_init(const struct boot_handover *handover);

/* Copy a few pages, if there is something to do and this replica is it. */
void donate_step(void);

/* Mask of the replica that only the pause is missing for, 0 if none. */
uint32_t donate_ready(void);

/* The live set changes: what was copied for it is void. */
void donate_again(void);

/*
 * All have agreed to admit `joiner` (a mask): the donor completes it, all meet
 * it. Context: right behind the meeting of a system call's entry.
 */
void donate_admit(uint32_t joiner);
