/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers of the Cortex-A9: VFPv3 with 32 doubles, shared
 * with NEON. No other code of the kernel may use them. They are written in
 * assembly because the compiler is told that there are none.
 *
 * Arm ARM DDI 0406C A2.6 (registers), B1.11.3 (FPEXC.EN), A8.8.332 (VLDM),
 * A8.8.412 (VSTM).
 */
    .syntax unified
    .arm
    .fpu    neon
    .text

#define FPEXC_EN 0x40000000

/* arch_fpu_enable(r0: 0 or 1) */
    .section .text.arch_fpu_enable, "ax"
    .global arch_fpu_enable
    .type arch_fpu_enable, %function
arch_fpu_enable:
    cmp     r0, #0
    movne   r0, #FPEXC_EN               /* no other bit: no exception pending */
    vmsr    fpexc, r0
    isb                                 /* before the next one is decoded */
    bx      lr

/* arch_fpu_store(r0: struct fpu_context *) */
    .section .text.arch_fpu_store, "ax"
    .global arch_fpu_store
    .type arch_fpu_store, %function
arch_fpu_store:
    vstmia  r0!, {d0-d15}
    vstmia  r0!, {d16-d31}
    vmrs    r1, fpscr
    str     r1, [r0]
    bx      lr

/* arch_fpu_load(r0: const struct fpu_context *) */
    .section .text.arch_fpu_load, "ax"
    .global arch_fpu_load
    .type arch_fpu_load, %function
arch_fpu_load:
    vldmia  r0!, {d0-d15}
    vldmia  r0!, {d16-d31}
    ldr     r1, [r0]
    vmsr    fpscr, r1
    bx      lr

/* arch_fpu_exchange(r0: struct fpu_context *, r1: const struct fpu_context *) */
    .section .text.arch_fpu_exchange, "ax"
    .global arch_fpu_exchange
    .type arch_fpu_exchange, %function
arch_fpu_exchange:
    vstmia  r0!, {d0-d15}
    vstmia  r0!, {d16-d31}
    vmrs    r2, fpscr
    str     r2, [r0]
    vldmia  r1!, {d0-d15}
    vldmia  r1!, {d16-d31}
    ldr     r2, [r1]
    vmsr    fpscr, r2
    bx      lr
