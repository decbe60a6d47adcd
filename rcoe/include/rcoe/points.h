/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Voting points inside the kernel: changes of kernel state at which the
 * replicas meet, as chosen at boot.
 */
#pragma once

#include "kernel/hooks.h"
#include "rcoe/replica.h"

/* Boot is over: from now on replica.points says which updates are points. */
void points_start(void);

/*
 * One of these updates was made and is folded. Meets, but for the choice of
 * the thread that ran before where only changes of thread are chosen. No
 * interrupt is accepted here.
 * @param a  See enum object_update.
 * Context: kernel, in its deterministic flow; never inside a device operation.
 */
void points_reached(enum object_update what, word_t a);

/* The same for all that the fast path has done: hook_fastpath_served. */
void points_served(word_t number, paddr_t thread);

static inline void points_look(enum object_update what, word_t a) {
  if (replica.points >> what & 1)
    points_reached(what, a);
}
