/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a process. The root task has set a stack and mapped
 * everything; r0 is the address of the start page (rt/start.h), r1 the number
 * of the thread: 0, or one more that the process's plan has.
 * Entry: user mode, ARM state, sp valid, all other registers 0.
 */
    .syntax unified
    .arm
    .section .text.start, "ax"
    .global _start
    .type _start, %function
_start:
    mov     r11, #0             @ end of the chain of frames
    mov     lr, #0
    b       rt_start_process    @ r0, r1 as they are; never returns
    .size _start, . - _start
