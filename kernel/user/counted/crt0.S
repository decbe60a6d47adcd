/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a thread that counts its branches: like ../crt0.S, and
 * it says so (abi/counted.h).
 */
#include "abi/counted.h"

    .syntax unified
    .arm
    .section .text.start, "ax"
    .global _start
    .type _start, %function
_start:
    ldr     r2, =COUNTED_MARK
    mcr     p15, 0, r2, c13, c0, 2  @ TPIDRURW
    mov     r11, #0             @ end of the chain of frames
    mov     lr, #0
    b       rt_start_process    @ r0, r1 as they are; never returns
    .ltorg
    .size _start, . - _start
