/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a root task that counts its branches: it says so
 * (abi/counted.h), then goes on as ../crt0_root.S does.
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
    b       rt_root_start       @ r0 as it is; never returns
    .ltorg
    .size _start, . - _start
