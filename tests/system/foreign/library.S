/* SPDX-License-Identifier: BSD-2-Clause */
/* What the C library wants of the processor, and where threads begin. */
    .syntax unified
    .arm
    .text
    .global thread_entry
    .type thread_entry, %function
thread_entry:
    bl      thread_main

    .global __aeabi_read_tp             @ keeps all registers but r0
    .type __aeabi_read_tp, %function
__aeabi_read_tp:
    mrc     p15, 0, r0, c13, c0, 3
    bx      lr
