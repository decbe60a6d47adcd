/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seams of the kernel: places where something else may take part in what
 * the kernel does. Each hook is named after a kernel event. The linker binds
 * them to core/hooks_none.c (the unprotected baseline) or to replica control;
 * the kernel itself never knows which.
 *
 * Context of all hooks: supervisor mode, interrupts masked, kernel stack, the
 * interrupted thread's registers saved in its TCB.
 */
#pragma once

#include "abi/boot.h"
#include "abi/event.h"
#include "abi/types.h"
#include "arch/types.h"
#include "kernel/compiler.h"

enum kernel_entry {
  KERNEL_ENTRY_SYSCALL = 1,   /* detail: system-call number */
  KERNEL_ENTRY_FAULT = 2,     /* detail: enum fault */
  KERNEL_ENTRY_INTERRUPT = 3, /* detail: 0 */
};

enum interrupted {
  INTERRUPTED_USER = 0, /* a user thread was running */
  INTERRUPTED_IDLE = 1, /* nothing was runnable */
};

enum interrupt_verdict {
  INTERRUPT_NONE = 0,      /* nothing to deliver: resume what ran before */
  INTERRUPT_DELIVER = 1,   /* hook_interrupt_next has something */
  INTERRUPT_IMPRECISE = 2, /* the same, but the interrupted thread may stand
                              at another instruction elsewhere */
};

#define IRQ_NONE 0xffffffffu

/* Boot: the hand-over is read, memory is mapped, nothing else is done yet. */
void hook_boot(const struct boot_handover *handover);

/* Boot: the root thread is ready; its first instruction comes next. */
void hook_boot_done(void);

/*
 * The kernel was entered from user mode by a system call, a fault, or an
 * interrupt that is being delivered.
 *
 * @param kind     Why.
 * @param detail   See enum kernel_entry.
 * @param context  Saved registers of the thread that entered; never NULL
 *                 (for an interrupt while idle: hook is not called).
 */
void hook_kernel_entry(enum kernel_entry kind, word_t detail,
                       const struct context *context);

/*
 * The kernel is about to return to user mode.
 *
 * @param context  Registers of the thread that runs next.
 * @param thread   Its canonical physical TCB address.
 * @param precise  False while the thread is imprecise (see above).
 */
void hook_kernel_exit(const struct context *context, paddr_t thread,
                      bool precise);

/*
 * An interrupt exception was taken (user mode), or the idle wait woke up.
 * @return Whether interrupts are to be delivered now.
 */
enum interrupt_verdict hook_interrupt_taken(enum interrupted from);

/*
 * Next interrupt to deliver, or IRQ_NONE. The line is masked at the
 * distributor and no longer active when this returns it (the kernel tick, PPI
 * 29: its source is cleared instead).
 */
word_t hook_interrupt_next(void);

/* The kernel has nothing to run: wait until an interrupt may be pending. */
void hook_idle(void);

/*
 * A long operation has done its fixed number of work units.
 * @return True if it shall stop here, because an interrupt waits.
 */
bool hook_preemption_point(void);

/* What a change of kernel state was, for hook_object_update. */
enum object_update {
  UPDATE_CAP_INSERT = 1, /* a: slot, b: first word of the capability */
  UPDATE_CAP_DELETE = 2, /* a: slot, b: first word of the capability */
  UPDATE_CAP_MOVE = 3,   /* a: from slot, b: to slot */
  UPDATE_RETYPE = 4,     /* a: object, b: type << 8 | size bits */
  UPDATE_PAGE_TABLE = 5, /* a: virtual address, b: canonical entry */
  UPDATE_SCHEDULE = 6,   /* a: thread chosen, b: priority */
  UPDATE_TRANSFER = 7,   /* a: receiver, b: message info */
};

/* Kernel state changed. Called after the change. */
void hook_object_update(enum object_update what, word_t a, word_t b);

/*
 * The fast path has served a system call: instead of a hook_object_update for
 * each change.
 *
 * @param number  Of the system call. Call and ReplyRecv have moved a message
 *                (UPDATE_TRANSFER), inserted or deleted a reply capability
 *                (UPDATE_CAP_INSERT, UPDATE_CAP_DELETE), and changed the thread
 *                (UPDATE_SCHEDULE); Send has set a notification.
 * @param thread  Runs next.
 * @param info    Its r1: of the message that it received.
 */
void hook_fastpath_served(word_t number, paddr_t thread, word_t info);

/*
 * A system-call number that the kernel does not know.
 * @param context  The caller's registers; results go there.
 * @return True if the call was served; false raises an unknown-syscall fault.
 */
bool hook_syscall(word_t number, struct context *context);

/*
 * A user access was refused by the page tables.
 * @param status  DFSR of the data abort.
 * @return True if the access may simply be tried again: nothing happened that
 *         the thread or the other replicas shall know of.
 */
bool hook_access_denied(vaddr_t address, word_t status);

/*
 * The current thread faulted on data at `address`, and the entry is agreed.
 * @param context  Its registers.
 * @return True if the access was done on its behalf, and it goes on behind it;
 *         false if it is a fault. Never true where user mode may reach devices.
 */
bool hook_user_access(struct context *context, vaddr_t address);

/*
 * User level asks that devices see what RAM [paddr, paddr + bytes) holds / that
 * it holds what devices have written there. Cached RAM is private; what
 * devices see is the device-visible image at the same canonical addresses.
 */
void hook_image_write(paddr_t paddr, word_t bytes);
void hook_image_read(paddr_t paddr, word_t bytes);

/* The kernel is about to write into a user page. */
void hook_user_write(paddr_t paddr);

/* Memory [start, end) of RAM is about to be used and relied on to be zero. */
void hook_memory_used(paddr_t start, paddr_t end);

/* A thread that was imprecise goes without entering the kernel again. */
void hook_imprecise_gone(void);

/*
 * This kernel starts with memory that is a copy of a running one. If no thread
 * is current, that one idles. Otherwise it stands in hook_kernel_entry for the
 * current thread's system call, or in hook_interrupt_taken, which will say
 * INTERRUPT_DELIVER there.
 * @return Which of the two: KERNEL_ENTRY_SYSCALL or KERNEL_ENTRY_INTERRUPT.
 */
enum kernel_entry hook_rejoin(const struct boot_handover *handover);

/* May user mode reach the frames of devices through its own page tables? */
bool hook_user_device_access(void);

/*
 * The kernel's own device accesses (console, distributor). `paddr` must lie in
 * the device window (arch.h) and be aligned to `width` bytes (1, 2, 4).
 */
word_t hook_device_read(paddr_t paddr, word_t width);
void hook_device_write(paddr_t paddr, word_t width, word_t value);

/* Logical time for event records: agreed kernel events so far. */
uint64_t hook_event_time(uint64_t *signature);

enum panic {
  PANIC_EXCEPTION = 0, /* an exception in kernel mode (also in vectors.S) */
  PANIC_ASSERTION = 1, /* a failed assertion */
};

/*
 * This kernel can not go on. The event record has been written. Does not
 * return.
 */
NORETURN void hook_panic(enum panic why);

/* Ordered end of the run, asked for by user level. Does not return. */
NORETURN void hook_halt(word_t code);
