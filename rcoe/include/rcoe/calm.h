/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calm: nothing but system calls is going on in this replica - no interrupt
 * waits or is held back, no dispute or recovery, no upkeep, no voting points
 * that need a closer look. Then a system call needs two folds and two arrivals
 * and no question in between. It changes only what this replica asks itself,
 * never what it folds or when it meets: some may be calm while others are not.
 *
 * Whoever starts something of that kind clears replica.calm at once.
 */
#pragma once

#include "kernel/arch.h"
#include "kernel/hooks.h"
#include "rcoe/arrive.h"
#include "rcoe/meet.h"

struct tcb;

/* What is folded with the registers of an entry: its kind, and whose it is.
   @param detail  Number of the system call, or of the fault. */
static inline word_t calm_entry_word(enum kernel_entry kind, word_t detail,
                                     const struct tcb *tcb) {
  return (word_t)kind << 28 ^ detail ^ arch_paddr(tcb);
}

/* The meeting of a kernel exit, while it is calm. */
static inline void calm_leave(const struct context *context, paddr_t thread) {
  if (!arrive_calm(&replica, context, thread, 0))
    meet_closer(MEET_PLAIN);
}

/*
 * Is it calm (again)? To be asked where the kernel is about to leave, and
 * behind an interrupt that was not delivered.
 */
void calm_look(void);

/*
 * Kernel entry for system calls: the same as kernel_syscall_hooked, which it
 * calls where it is not calm. The linker binds the vectors to it.
 */
void calm_syscall(struct tcb *tcb);
