/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upkeep: what replica control does to memory beside the service, in small
 * steps at agreed points where all replicas stand at the same instruction:
 * attempts to bring a replica back, scrubbing, clearing unused memory. How much
 * is allowed is counted in agreed ticks and pages, so it is equal in all.
 *
 * Steps wait while a thread is imprecise: its registers and pages may differ
 * between healthy replicas until it enters the kernel again.
 */
#pragma once

#include "abi/types.h"

enum upkeep_place {
  UPKEEP_SYSCALL, /* behind the meeting of a system call's entry */
  UPKEEP_FAULT,   /* the same of a user fault */
  UPKEEP_PRECISE, /* behind an agreed interrupt of a thread that all have
                     stopped at the same instruction */
  UPKEEP_IDLE,    /* the same while nothing ran */
};

/* Is there anything to do? If not, a step does nothing. */
extern bool upkeep_due;

/*
 * Pages for one tick, if `pages` are right for one of UPKEEP_TICK_US: fewer for
 * shorter ticks, so that programs have the same share of the time; at least 1.
 */
#define UPKEEP_TICK_US 2000u
word_t upkeep_pages(word_t pages);

/* A tick was agreed. */
void upkeep_tick(void);

/* A thread was interrupted where others may stand elsewhere / is back. */
void upkeep_imprecise(void);
void upkeep_precise(void);

/* One step. Context: right behind a meeting at which all were aligned. */
void upkeep_step(enum upkeep_place place);

/* The rest of a step that has brought this replica back. */
void upkeep_rejoined(enum upkeep_place place);
