/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel entry points, called by the exception vectors on the kernel stack
 * after they have saved the user context in sched_current. When they return,
 * the vectors restore the context of sched_current. Which of the entries for
 * system calls the vectors call (`vectors_syscall`, with the
 * current thread) is bound by the linker: kernel_syscall_hooked, fastpath_entry
 * (fastpath.h), or a wrapper that stands in for the hooks.
 */
#pragma once

#include "abi/event.h"
#include "abi/types.h"
#include "kernel/compiler.h"
#include "kernel/hooks.h"

struct tcb;

void kernel_syscall(void);

/* The same with the fast path between the hooks, told what it did. */
void kernel_syscall_hooked(struct tcb *tcb);

/* What kernel_syscall does behind hook_kernel_entry, for a wrapper of it. */
void kernel_syscall_entered(struct tcb *tcb);

/* @param status  DFSR or IFSR. @param address  DFAR, or the pc for a fetch. */
void kernel_vm_fault(bool prefetch, vaddr_t address, word_t status);

/* Undefined instruction in user mode. */
void kernel_user_exception(void);

void kernel_interrupt(void);

/* An exception taken in kernel mode: record it and give up. */
NORETURN void kernel_exception(enum exception e, word_t pc, word_t address,
                               word_t status);

/*
 * Start with copied memory: the current thread's system call or interrupt is
 * handled from behind its entry on; without a current thread the kernel is
 * idle.
 * @param entry  As hook_rejoin says.
 */
void kernel_rejoin(enum kernel_entry entry);

/*
 * Boot: leave the kernel for the first time, as every entry above does at its
 * end: deliver interrupts, schedule, switch the address space. The caller then
 * restores the context of sched_current.
 */
void kernel_exit(void);
