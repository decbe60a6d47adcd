/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Division of 64-bit numbers: C can not return the four registers that the
 * run-time ABI wants (IHI 0043, 4.3.1). See divide.c.
 * In: r0:r1 dividend, r2:r3 divisor. Out: r0:r1 quotient, r2:r3 remainder.
 */
    .syntax unified
    .arm

    .section .text.__aeabi_uldivmod, "ax"
    .global __aeabi_uldivmod
    .type __aeabi_uldivmod, %function
__aeabi_uldivmod:
    push    {r4, lr}
    sub     sp, sp, #16         @ [sp]: pointer to [sp, #8]: the remainder
    add     r12, sp, #8
    str     r12, [sp]
    bl      counted_udivide
    ldrd    r2, r3, [sp, #8]
    add     sp, sp, #16
    pop     {r4, pc}
    .size __aeabi_uldivmod, . - __aeabi_uldivmod

    .section .text.__aeabi_ldivmod, "ax"
    .global __aeabi_ldivmod
    .type __aeabi_ldivmod, %function
__aeabi_ldivmod:
    push    {r4, lr}
    sub     sp, sp, #16
    add     r12, sp, #8
    str     r12, [sp]
    bl      counted_divide
    ldrd    r2, r3, [sp, #8]
    add     sp, sp, #16
    pop     {r4, pc}
    .size __aeabi_ldivmod, . - __aeabi_ldivmod
