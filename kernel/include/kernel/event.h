/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flight recorder of this replica: fixed-size records (abi/event.h) in a ring
 * in its own block of the shared region, which nobody else writes.
 */
#pragma once

#include "abi/event.h"
#include "abi/types.h"

/*
 * Start an empty ring of EVENT_RING_RECORDS records.
 *
 * @param ring_base  Kernel pointer to the ring (arch_shared_block +
 *                   SHARED_EVENTS_OFFSET). NULL: records are dropped.
 * @param replica    Number of this replica, written in each record.
 */
void event_init(volatile void *ring_base, word_t replica);

/* The same, but go on behind the youngest record of an earlier life. */
void event_resume(volatile void *ring_base, word_t replica);

/* Check word over all of a record but its first word; never 0. */
uint32_t event_check(const struct event_record *record);

/*
 * Append a record, stamped with arch_time (not replicated) and with the
 * logical time and signature of hook_event_time.
 *
 * @param args  Four words, or NULL for zeros.
 * @param text  Up to 12 characters, or NULL.
 */
void event_write(enum event_kind kind, const word_t args[4], const char *text);
