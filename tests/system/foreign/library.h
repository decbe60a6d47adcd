/* SPDX-License-Identifier: BSD-2-Clause */
/* What library.c gives to the first thread of threads.c. */
#pragma once

#include "sel4.h"

extern const struct bootinfo *info;
extern word_t next_slot, ram; /* the next empty slot; untyped memory */

/* Say whether something holds; `what` NULL: the end. */
void check(int holds, const char *what);

/* Retype one object. @return Its capability. */
word_t make(word_t untyped, word_t type, word_t bits);

/* Map a frame, with a table if there is none. @return The error. */
word_t map_in(word_t pd, word_t frame, word_t at, word_t attributes);

/* @return A copy with these rights and this badge. */
word_t mint(word_t cap, word_t rights, word_t badge);
