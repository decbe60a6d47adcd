/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a root task that knows nothing of this tree but the ABI. All other
 * registers than r0 must arrive as zeros: they are kept before any is used.
 */
    .syntax unified
    .arm
    .section .start, "ax"
    .global _start
_start:
    ldr     sp, =stack_top
    push    {r1 - r12, lr}
    mov     r1, sp
    sub     sp, sp, #4                  @ a multiple of 8, as C expects
    bl      foreign_main
1:  b       1b

/* word_t trap(word_t *regs, word_t number): r0 to r5 in and out */
    .global trap
trap:
    push    {r4, r5, r7, lr}
    mov     r7, r1
    mov     r12, r0
    ldm     r12, {r0 - r5}
    svc     #0
    stm     r12, {r0 - r5}
    pop     {r4, r5, r7, pc}

    .section .bss
    .balign 8
    .space  8192
stack_top:
