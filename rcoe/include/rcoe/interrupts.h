/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts under replication: the primary takes them from the hardware,
 * everybody delivers them at the same logical time.
 */
#pragma once

#include "kernel/hooks.h"
#include "rcoe/rendezvous.h"

/* Tick and heartbeat of this replica, by its role. */
void interrupts_start(void);

/* An interrupt exception or wake-up: take, hold back, or hold a rendezvous. */
enum interrupt_verdict interrupts_taken(enum interrupted from);

/* Preemption point: let the primary see what the hardware has pending. */
void interrupts_poll(void);

/*
 * Stop for a round: publish it, poke the others, wait for them.
 * @param intake  Why: bits of the private enum intake.
 * @param view    Out: what all have published.
 * @param round   Out: the round and the meeting that will settle it.
 * @return Whether all have stopped or arrived; false after a deadline.
 */
bool interrupts_stop(enum interrupted from, uint32_t intake,
                     struct rendezvous_view *view, struct rendezvous *round);

/* Silent primary (a mask) because of which somebody stopped for this round. */
uint32_t interrupts_silent(void);

/* Meet here, outside the kernel's deterministic flow: an event of its own. */
enum interrupt_verdict interrupts_meet(enum interrupted from);

/* The same where all stand at one user instruction. */
enum interrupt_verdict interrupts_meet_precisely(void);

/* Run on to the meeting at which somebody is; insist if it does not come. */
void interrupts_run_on(void);

/* Another round follows if no meeting comes about in time. */
void interrupts_hold_for(word_t delay_us);

/* Interrupt this core, as soon as it runs or sleeps in user mode. */
void interrupts_poke_self(void);

/* Interrupt all peers; who runs or sleeps in user mode enters the kernel. */
void interrupts_poke(void);

/* Next agreed interrupt, or IRQ_NONE. */
word_t interrupts_next(void);

/* Has a meeting accepted interrupts that are not delivered yet? */
bool interrupts_agreed(void);

/* Up to four pending interrupts as a proposal (primary), else PROPOSAL_NONE. */
uint32_t interrupts_propose(void);

/* A meeting accepted `proposal`: deliver it; it is no longer pending. */
void interrupts_accept(uint32_t proposal);

/* This replica is primary now: own all lines and the tick. */
void interrupts_take_over(void);
