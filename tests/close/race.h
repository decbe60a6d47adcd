/* SPDX-License-Identifier: BSD-2-Clause */
/* What the racing threads and their handler share. */
#pragma once

#include "sel4/types.h"

#define PAGE 4096u

/* far.S: each of the first two alone on its page. */
void far_first(volatile uint32_t *word);
void far_second(volatile uint32_t *word);
void undefined_here(void);
void yield_here(void);
void shape_loop(uint32_t rounds);
void shape_calls(uint32_t rounds);

/* Words on pages of their own, which come and go. */
extern volatile uint32_t lazy_first[PAGE / sizeof(uint32_t)];
extern volatile uint32_t lazy_second[PAGE / sizeof(uint32_t)];

/** Take the pages away for the first time. */
void serve_pages(void);

/** Let a timer interrupt from now on. */
void serve_clock(void);

/**
 * Serve faults and interrupts until all `threads` have returned.
 * @param over  Is set when the first one has.
 * @return How many faults there were.
 */
word_t serve_until_done(word_t threads, volatile uint32_t *over);

/** @return How often the timer has interrupted. */
word_t serve_ticks(void);
