/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of the image, on core 0, and the place where a core that
 * was taken away ends. MMU and data cache are off throughout the loader; the
 * firmware must have switched its data cache off (U-Boot: dcache off).
 */
    .syntax unified
    .arm

/*
 * loader_start
 * In:  supervisor mode, MMU off; registers undefined.
 * Out: never returns.
 */
    .section .text.crt, "ax"
    .global loader_start
loader_start:
    cpsid   aif, #0x13
    mrc     p15, 0, r0, c1, c0, 0       /* SCTLR: M, C off, I on */
    bic     r0, r0, #0x5
    orr     r0, r0, #0x1000
    mcr     p15, 0, r0, c1, c0, 0
    isb
    ldr     sp, =__stack_top
    bl      cores_start_time            /* first of all: time counts */
    ldr     r0, =__bss_start
    ldr     r1, =__bss_end
    mov     r2, #0
1:  cmp     r0, r1
    strlo   r2, [r0], #4
    blo     1b
    bl      loader_main
    b       .                           /* loader_main never returns */

/*
 * loader_jump(entry, argument): leave for a kernel at its real address. The
 * instruction cache goes off and is invalidated by the kernel's own start.
 */
    .global loader_jump
loader_jump:
    mov     r4, r0
    mov     r0, r1
    dsb
    isb
    bx      r4

/*
 * parking_stub: a reset core 0 comes here from the boot ROM by SRC_GPR1. Its
 * GIC interface and timers kept their settings over the reset: silence them
 * (Cortex-A9 MPCore TRM DDI 0407 chapters 3 and 4), then sleep for ever.
 */
    .global parking_stub
parking_stub:
    cpsid   aif, #0x13
    ldr     r0, =0x00a00000             /* private region */
    mov     r1, #0
    str     r1, [r0, #0x100]            /* GICC_CTLR: nothing is signalled */
    str     r1, [r0, #0x608]            /* private timer off */
    mov     r2, #1
    str     r2, [r0, #0x60c]            /* its interrupt cleared */
    ldr     r3, [r0, #0x208]            /* global timer: own comparator off, */
    bic     r3, r3, #0x0e               /* the counter itself is shared */
    str     r3, [r0, #0x208]
    str     r2, [r0, #0x20c]
    dsb
2:  wfi
    b       2b
    .ltorg
