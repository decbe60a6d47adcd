/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pages of an attempt to bring a replica back (rcoe/attempt.h). The donor
 * is the lowest-numbered live replica: it makes the partition of the one that
 * was taken away a copy of its own. All live replicas walk the same pages at
 * the same time and hash them: the donor what it has left in the joiner's
 * partition, the others their own. So when the hashes agree, the copy is
 * equal to every live replica, not only to the donor.
 */
#pragma once

#include "abi/types.h"
#include "rcoe/page_hash.h"

/* Start to copy the lowest-numbered live replica to `to`. */
void donate_begin(uint32_t to);

/*
 * While running: see to at most `most` further pages.
 * @param hash  Out: hash over them.
 * @return True when all have been seen to.
 */
bool donate_pages(word_t most, struct page_hash *hash);

/* User pages that were written or came up since they were seen to. */
word_t donate_pending(void);

/* See to them while running, too. */
void donate_once_more(void);

/*
 * The pause: see to all that has changed, and prepare the private state.
 * @return Hash over that.
 */
struct page_hash donate_finish(void);

/* Donor: hand the private state over, before the joiner is live. */
void donate_hand_over(void);

/*
 * Donor: start the core. Only if the others say that they admit it, too: a
 * kernel that gets here by a wrong turn would reset a healthy core.
 */
void donate_start_core(void);

/*
 * Pages that differed and were copied in the low half-word, pages that were
 * equal in the high one: while running, and in the pause.
 */
word_t donate_running_count(void);
word_t donate_pause_count(void);
