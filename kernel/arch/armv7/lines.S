/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of 32 bytes, copied and added up: see kernel/arch.h. In assembly,
 * because C can not say "eight words by one instruction", and every byte of
 * input and every page that is compared goes through here in every replica.
 */
    .syntax unified
    .arm

    .macro add_line                     /* r4-r11 to r3, then r3 to ip; 11 is
                                           ARCH_SUM_ROTATE */
    add     r3, r4, r3, ror #11
    add     r3, r5, r3, ror #11
    add     r3, r6, r3, ror #11
    add     r3, r7, r3, ror #11
    add     r3, r8, r3, ror #11
    add     r3, r9, r3, ror #11
    add     r3, r10, r3, ror #11
    add     r3, r11, r3, ror #11
    add     ip, ip, r3
    .endm

/*
 * In: r0 = to, r1 = from, r2 = lines, r3 = sums; all word aligned.
 * Out: nothing. Changes r0-r3, ip, flags.
 */
    .section .text.arch_lines_copy, "ax"
    .global arch_lines_copy
    .type arch_lines_copy, %function
arch_lines_copy:
    push    {r3-r11, lr}                /* r3 twice needed: the sums' place */
    ldm     r3, {r3, ip}
    cmp     r2, #0
    beq     2f
1:  ldmia   r1!, {r4-r11}
    stmia   r0!, {r4-r11}
    add_line
    subs    r2, r2, #1
    bne     1b
2:  ldr     r0, [sp]
    stm     r0, {r3, ip}
    pop     {r3-r11, pc}

/* In: r0 = from, r1 = lines, r2 = sums. Changes r0-r3, ip, flags. */
    .section .text.arch_lines_sum, "ax"
    .global arch_lines_sum
    .type arch_lines_sum, %function
arch_lines_sum:
    push    {r4-r11}
    ldm     r2, {r3, ip}
    cmp     r1, #0
    beq     2f
1:  ldmia   r0!, {r4-r11}
    add_line
    subs    r1, r1, #1
    bne     1b
2:  stm     r2, {r3, ip}
    pop     {r4-r11}
    bx      lr

/*
 * In: r0 = from, r1 = lines. Out: r0 = sum. Changes r1-r3, flags. UMAAL adds both
 * halves of the sum to a product (ARM ARM A8.8.254): modulo 2^32 - 1 that is the
 * sum and the product, as 2^32 is 1.
 */
    .section .text.arch_code_sum, "ax"
    .global arch_code_sum
    .type arch_code_sum, %function
arch_code_sum:
    push    {r4-r11}
    mov     r2, #0
    mov     r3, #0
1:  ldmia   r0!, {r4-r11}
    umaal   r2, r3, r4, r5
    umaal   r2, r3, r6, r7
    umaal   r2, r3, r8, r9
    umaal   r2, r3, r10, r11
    subs    r1, r1, #1
    bne     1b
    adds    r0, r2, r3
    adc     r0, r0, #0
    pop     {r4-r11}
    bx      lr

/* In: r0 = to, r1 = lines, not 0. Changes r0-r3, ip, flags. */
    .section .text.arch_lines_clear, "ax"
    .global arch_lines_clear
    .type arch_lines_clear, %function
arch_lines_clear:
    push    {r4-r8}
    mov     r2, #0
    mov     r3, #0
    mov     r4, #0
    mov     r5, #0
    mov     r6, #0
    mov     r7, #0
    mov     r8, #0
    mov     ip, #0
1:  stmia   r0!, {r2-r8, ip}
    subs    r1, r1, #1
    bne     1b
    pop     {r4-r8}
    bx      lr
