/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose floating-point registers are in the hardware. They are exchanged when
 * a thread runs that may use them and is not their owner (running_take_fpu): a
 * question of scheduling only, so the answer is equal in all replicas. The
 * owner's TCB holds what it held when it became the owner, until its registers
 * are saved. Access is denied while `running.fpu` is 0.
 */
#pragma once

#include "abi/types.h"

struct tcb;

/* A thread runs that may not use them: they stay whose they are. */
void fpu_deny(void);

/* A thread runs that may use them, and access is denied. */
void fpu_allow(struct tcb *tcb);

/*
 * Bring the owner's TCB up to date; its registers stay in the hardware. All
 * replicas call it at the same logical time or not at all, because it changes
 * memory.
 */
void fpu_save(void);

/* This core has just started with copied memory, after fpu_save elsewhere. */
void fpu_reload(void);

/* The thread is no more: its registers are forgotten. */
void fpu_forget(const struct tcb *tcb);
