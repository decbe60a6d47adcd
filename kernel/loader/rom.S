/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the chip's boot ROM does for a core that comes out of reset with an
 * entry address in the reset controller (IMX6DQRM, "System Boot", and SRC
 * GPR1/GPR2): jump there. The emulator's ROM is empty, so host tools load
 * these words at address 0. Never part of the image for the board.
 */
    .syntax unified
    .arm
    .section .text, "ax"
    .global _start
_start:
    ldr     r1, =0x020d8020             /* SRC_GPR1 */
    ldr     r0, [r1, #4]                /* GPR2: argument */
    ldr     pc, [r1]
    .ltorg
