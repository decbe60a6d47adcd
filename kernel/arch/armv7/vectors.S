/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception entry and exit. From user mode: every register goes to the
 * context of the current thread (struct tcb starts with it), then C runs in
 * supervisor mode on the one kernel stack. From the kernel itself an exception
 * means that this replica is broken: report once, on a stack of its own.
 *
 * No banked stack pointer is ever trusted: sp is a scratch register until it
 * is loaded from a constant, so a damaged kernel still gets here and out.
 *
 * Manuals: Arm ARM DDI 0406C B1.8 (exceptions; return addresses: table B1-6),
 * B9.3 (MRS, LDM/STM of user registers, RFE).
 */
#include "armv7/layout.h"
#include "armv7/offsets.h"

#define EXCEPTION_UNDEFINED 1 /* enum exception of abi/event.h; fault_decode.c */
#define EXCEPTION_PREFETCH 2  /* asserts that these are the same */
#define EXCEPTION_DATA 3
#define EXCEPTION_SVC 4
#define EXCEPTION_FIQ 5

    .syntax unified
    .arm
    .section .text.vectors, "ax"

    .balign 32                          /* VBAR ignores bits 4:0 */
    .global vectors_table
vectors_table:
    b       .                           /* reset: never by this table */
    b       undefined_entry
    b       svc_entry
    b       prefetch_entry
    b       data_entry
    b       .                           /* hypervisor: not on this core */
    b       irq_entry
    b       fiq_entry

/*
 * Leave to \kernel when the exception came from the kernel; else save all user
 * registers in the current context. \adjust: link register - preferred return
 * address. Out: sp = context, lr = preferred return address, r1 = user CPSR;
 * the mode is still that of the exception.
 */
    .macro save_user adjust, kernel
    .if \adjust
    sub     lr, lr, #\adjust
    .endif
    mrs     sp, spsr
    tst     sp, #0x0f                   /* user mode is 0b10000 */
    bne     \kernel
    ldr     sp, =sched_current
    ldr     sp, [sp]
    stmia   sp, {r0-lr}^                /* user's r0-r12, sp, lr */
    mrs     r1, spsr
    .endm

/*
 * Complete the context and go to supervisor mode and the kernel stack.
 * In: r0 = PC to resume at, r2 = address of the instruction that entered,
 *     r1 = user CPSR, sp = context.
 */
    .macro enter_kernel change_mode=1
    mrc     p15, 0, r3, c13, c0, 2      /* TPIDRURW: user may have written it */
    add     sp, sp, #OFFSET_PC
    stmia   sp, {r0-r3}                 /* PC, CPSR, FAULT_IP, TPIDRURW */
    sub     r0, sp, #OFFSET_PC          /* first argument: current thread */
    .if \change_mode
    cps     #MODE_SUPERVISOR
    .endif
    ldr     sp, =kernel_stack_top
    .endm

/* lr = undefined instruction + 4 (ARM) or + 2 (Thumb, of either length). */
undefined_entry:
    save_user 0, undefined_from_kernel
    tst     r1, #0x20
    subeq   r0, lr, #4
    subne   r0, lr, #2
    mov     r2, r0
    enter_kernel
    bl      kernel_user_exception
    b       vectors_exit

prefetch_entry:
    save_user 4, prefetch_from_kernel
    mov     r0, lr
    mov     r2, lr
    enter_kernel
    bl      fault_prefetch_abort
    b       vectors_exit

data_entry:
    save_user 8, data_from_kernel
    mov     r0, lr
    mov     r2, lr
    enter_kernel
    bl      fault_data_abort
    b       vectors_exit

irq_entry:
    save_user 4, irq_from_kernel
    mov     r0, lr
    mov     r2, lr
    enter_kernel
    bl      kernel_interrupt
    b       vectors_exit

/*
 * lr = next instruction; the svc is 4 (ARM) or 2 (Thumb) bytes before it. The
 * commonest entry, so it reads the SPSR once: registers are saved before it
 * shows that the kernel came here, whose thread then counts no more.
 */
svc_entry:
    ldr     sp, =sched_current
    ldr     sp, [sp]
    stmia   sp, {r0-lr}^                /* user's r0-r12, sp, lr */
    mrs     r1, spsr
    tst     r1, #0x0f                   /* user mode is 0b10000 */
    bne     svc_from_kernel
    mov     r0, lr
    tst     r1, #0x20                   /* CPSR.T */
    subeq   r2, lr, #4
    subne   r2, lr, #2
    enter_kernel 0                      /* supervisor mode it is */
    bl      vectors_syscall             /* the linker binds it */
    /* falls through */

/*
 * vectors_exit: to user mode, with the registers of sched_current.
 * In: supervisor mode, interrupts masked. Never returns.
 */
    .global vectors_exit
vectors_exit:
    ldr     sp, =sched_current
    ldr     sp, [sp]
    clrex                               /* no reservation outlives a switch */
    ldrd    r0, r1, [sp, #OFFSET_TPIDRURW]
    mcr     p15, 0, r0, c13, c0, 2
    mcr     p15, 0, r1, c13, c0, 3      /* TPIDRURO */
    ldmia   sp, {r0-lr}^                /* user's r0-r12, sp, lr */
    add     sp, sp, #OFFSET_PC
    rfeia   sp                          /* PC and CPSR from there */

/*
 * From the kernel itself. kernel_exception(kind, pc, address, status); a second
 * exception while that runs goes to hook_panic, a third one sleeps for ever.
 */
undefined_from_kernel:
    sub     lr, lr, #4
    mov     r0, #EXCEPTION_UNDEFINED
    b       report
svc_from_kernel:
    sub     lr, lr, #4
    mov     r0, #EXCEPTION_SVC
    b       report
prefetch_from_kernel:
    mov     r0, #EXCEPTION_PREFETCH
    mrc     p15, 0, r2, c6, c0, 2       /* IFAR */
    mrc     p15, 0, r3, c5, c0, 1       /* IFSR */
    b       report_with_fault
data_from_kernel:
    mov     r0, #EXCEPTION_DATA
    mrc     p15, 0, r2, c6, c0, 0       /* DFAR */
    mrc     p15, 0, r3, c5, c0, 0       /* DFSR */
    b       report_with_fault
fiq_entry:                              /* FIQ is masked everywhere */
    sub     lr, lr, #4
    mov     r0, #EXCEPTION_FIQ
    b       report
irq_from_kernel:                        /* IRQ is masked in the kernel */
    mov     r0, #EXCEPTION_FIQ
report:
    mov     r2, #0
    mov     r3, #0
report_with_fault:
    mov     r1, lr
    cps     #MODE_SUPERVISOR
    ldr     sp, =exception_stack_top
    ldr     r4, =exception_depth
    ldr     r5, [r4]
    add     r6, r5, #1
    str     r6, [r4]
    cmp     r5, #1
    blo     kernel_exception            /* first */
    moveq   r0, #0                      /* PANIC_EXCEPTION */
    beq     hook_panic                  /* second: while reporting */
1:  wfi                                 /* nothing works any more */
    b       1b
    .ltorg

    .section .replica_local, "aw"
    .balign 4
exception_depth:
    .word   0
