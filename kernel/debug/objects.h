/* SPDX-License-Identifier: BSD-2-Clause */
/* Invariants of single objects. Each returns NULL or what does not hold. */
#pragma once

#include "kernel/cap.h"

struct tcb;

/* The object that a capability names. */
const char *object_broken(const struct cap *cap);

const char *thread_broken(const struct tcb *tcb);

/* The current thread, and every ready queue. */
const char *scheduler_broken(void);
