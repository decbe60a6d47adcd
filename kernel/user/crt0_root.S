/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of the root task. The kernel gives no stack (sp = 0), so
 * it brings its own; r0 is the address of the bootinfo page.
 * Entry: user mode, ARM state, all registers but r0 and pc are 0.
 */
    .syntax unified
    .arm
    .section .text.start, "ax"
    .global rt_root_start
    .type rt_root_start, %function
rt_root_start:
    ldr     sp, =root_stack_top @ no push before this line
    mov     r11, #0             @ end of the chain of frames
    mov     lr, #0
    b       rt_start_root       @ r0 = bootinfo; never returns
    .size rt_root_start, . - rt_root_start

    .weak _start                @ counted/crt0_root.S has one that comes before
    .set _start, rt_root_start

    .section .bss.root_stack, "aw", %nobits
    .balign 8                   @ AAPCS: stacks are 8-byte aligned
    .space  16384
root_stack_top:
