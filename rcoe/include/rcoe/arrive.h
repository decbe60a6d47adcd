/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arriving at a meeting: fold what the thread brings, publish the own arrival,
 * signal, and look at the others, at once and after the next event. What
 * replica control does most often, hence in assembly (mech/arrive.S), which
 * knows some structures by the offsets below.
 */
#pragma once

#define ARRIVE_SIGNATURE 12 /* in struct replica */
#define ARRIVE_COPIES 20
#define ARRIVE_SLOT 84
#define ARRIVE_PEERS 88
#define ARRIVE_REST 104
#define ARRIVE_VOTED 16    /* in a record: meeting, signature, check */
#define ARRIVE_NOTICE 96   /* in a slot: health */
#define ARRIVE_FAULT_IP 68 /* in a context */

#ifndef __ASSEMBLER__
#include "arch/types.h"
#include "rcoe/replica.h"

/*
 * Fold `word` (what kind of entry it is, or who runs next), the context's fault
 * address (of the instruction that entered last) and r0 to r6 (arguments and
 * results of system calls, and one more: what a program computes shows sooner)
 * as a group: rcoe/signature.h.
 * @param events  That logical time advances by: 1 for an entry, else 0.
 */
void arrive_fold(struct replica *replica, const struct context *context,
                 word_t word, word_t events);

/*
 * Arrive at the next meeting.
 * @return True if the meeting is passed: all peers' arrivals are there and
 *         equal in every word, and nobody has published a notice. The check
 *         word stands for the words that are not looked at, as it differs with
 *         each of them. False: look closer (meet_closer).
 */
bool arrive_and_look(struct replica *replica, const struct arrival_rest *rest);

/* Both with the rest of calm arrivals, replica.rest. */
bool arrive_calm(struct replica *replica, const struct context *context,
                 word_t word, word_t events);
#endif
