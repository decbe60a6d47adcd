/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is not in use holds zeros, and the kernel relies on it. In a
 * replica that came back it may hold anything. Instead of clearing all of it
 * before the return, all replicas clear such pages after it: a few at each
 * tick, and any page before it is put to use. All of them do so, not only the
 * joiner, so that nobody falls behind.
 */
#pragma once

#include "abi/types.h"

/* A replica joins: all that is not in use is to be cleared. */
void fresh_start(void);

/* [start, end) is about to be used for objects: clear what is still due. */
void fresh_used(paddr_t start, paddr_t end);

/* Clear at most `most` further pages. */
void fresh_step(word_t most);
