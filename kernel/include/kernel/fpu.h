/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose floating-point registers are in the hardware. They are exchanged when
 * a thread runs that may use them and is not their owner: a question of
 * scheduling only, so the answer is equal in all replicas. The owner's TCB
 * holds what it held when it became the owner, until its registers are saved.
 */
#pragma once

#include "abi/types.h"

struct tcb;

/*
 * Thread that owns the registers and has access to them now; NULL: access is
 * denied, or has to be looked at again.
 */
extern struct tcb *fpu_live;

/* Make registers and access right those of `tcb`, which is not fpu_live. */
void fpu_switch(struct tcb *tcb);

/* On every kernel exit: `tcb` runs next. */
static inline void fpu_activate(struct tcb *tcb) {
  if (tcb != fpu_live)
    fpu_switch(tcb);
}

/*
 * Bring the owner's TCB up to date; its registers stay in the hardware. All
 * replicas call it at the same logical time or not at all, because it changes
 * memory.
 */
void fpu_save(void);

/* This core has just started with copied memory, after fpu_save elsewhere. */
void fpu_reload(void);

/* The thread's flags have changed. */
void fpu_flags_changed(const struct tcb *tcb);

/* The thread is no more: its registers are forgotten. */
void fpu_forget(const struct tcb *tcb);
