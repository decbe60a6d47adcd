/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating-point registers as words; see fpu_calls.h. */
    .syntax unified
    .arm
    .fpu    neon

/* In: r0 = struct fpu_registers */
    .section .text.fpu_put, "ax"
    .global fpu_put
    .type fpu_put, %function
fpu_put:
    vldmia  r0!, {d0-d15}
    vldmia  r0!, {d16-d31}
    ldr     r1, [r0]
    vmsr    fpscr, r1
    bx      lr
    .size fpu_put, . - fpu_put

    .section .text.fpu_get, "ax"
    .global fpu_get
    .type fpu_get, %function
fpu_get:
    vmrs    r1, fpscr               @ first: the place where it faults
    add     r2, r0, #256
    str     r1, [r2]
    vstmia  r0!, {d0-d15}
    vstmia  r0!, {d16-d31}
    bx      lr
    .size fpu_get, . - fpu_get

/* In: r0 = n (> 0). Out: r0 = bits of the single 1 + 2 + ... + n. */
    .section .text.fpu_sum, "ax"
    .global fpu_sum
    .type fpu_sum, %function
fpu_sum:
    vmov.f32 s0, #1.0
    vmov.f32 s1, #1.0
    vsub.f32 s2, s0, s0
1:  vadd.f32 s2, s2, s1
    vadd.f32 s1, s1, s0
    subs    r0, r0, #1
    bne     1b
    vmov    r0, s2
    bx      lr
    .size fpu_sum, . - fpu_sum
