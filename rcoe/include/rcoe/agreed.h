/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of the private state of replica control (struct replica, hand-over) is
 * equal in all healthy replicas: who lives, limits, counts of ticks and of
 * convictions, settled rounds. It is what a replica that comes back is given.
 *
 * No meeting votes on most of it. So the scrubber compares it like a page of
 * memory while three are there, and mends it: two that are left and differ in
 * it could bring nobody back, as nobody knows who of them is right.
 */
#pragma once

#include "abi/boot.h"
#include "rcoe/page_hash.h"

/* Boot: keep what a joining replica will be handed. */
void agreed_init(const struct boot_handover *handover);

/* Prepare the state of joiner `to`, and fold it. Context: as for agreed_hash.
 */
void agreed_fold_for(uint32_t to, struct page_hash *all);

/* Write that to the partition of `to`. @return Where its hand-over lies. */
paddr_t agreed_hand_to(uint32_t to);

/* Hash of the own one. Context: behind a meeting at which all were aligned. */
struct page_hash agreed_hash(void);

/*
 * Mend the own one by that of replica `from`, which stands still. The signature
 * and the number of the meeting stay: these have just been voted on.
 */
void agreed_copy_from(uint32_t from);
