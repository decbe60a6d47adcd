/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts under replication: the primary takes them from the hardware,
 * everybody delivers them at the same logical time.
 */
#pragma once

#include "kernel/hooks.h"

/* Tick and heartbeat of this replica, by its role. */
void interrupts_start(void);

/* An interrupt exception or wake-up: take, hold back, or hold a rendezvous. */
enum interrupt_verdict interrupts_taken(enum interrupted from);

/* Preemption point: let the primary see what the hardware has pending. */
void interrupts_poll(void);

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
