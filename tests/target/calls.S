/* SPDX-License-Identifier: BSD-2-Clause */
/* A system call with chosen contents of all registers; see calls.h. */
    .syntax unified
    .arm

#define OFFSET_SP 52
#define OFFSET_LR 56
#define OFFSET_FLAGS 60

/* In: r0 = struct registers, r1 = where sp before the call goes. */
    .section .text.call_with, "ax"
    .global call_with
    .type call_with, %function
call_with:
    push    {r4-r11, lr}
    push    {r0, r1}
    str     sp, [r1]
    ldr     r2, [r0, #OFFSET_FLAGS]
    msr     cpsr_f, r2
    ldr     lr, [r0, #OFFSET_LR]
    ldmia   r0, {r0-r12}
    svc     #0                      @ nothing is assumed of any register but sp
    str     lr, [sp, #-4]           @ below sp: nobody else uses this stack
    ldr     lr, [sp]                @ struct registers
    stmia   lr, {r0-r12}
    mrs     r1, cpsr
    and     r1, r1, #0xf8000000     @ no flags change before the line above
    str     r1, [lr, #OFFSET_FLAGS]
    str     sp, [lr, #OFFSET_SP]
    ldr     r1, [sp, #-4]
    str     r1, [lr, #OFFSET_LR]
    add     sp, sp, #8
    pop     {r4-r11, pc}
    .size call_with, . - call_with

    .section .text.call_tpidrurw, "ax"
    .global call_read_tpidrurw
    .type call_read_tpidrurw, %function
call_read_tpidrurw:
    mrc     p15, 0, r0, c13, c0, 2  @ Arm ARM DDI 0406C B4.1.150
    bx      lr

    .global call_write_tpidrurw
    .type call_write_tpidrurw, %function
call_write_tpidrurw:
    mcr     p15, 0, r0, c13, c0, 2
    bx      lr

/* In: r0 = struct registers, r1 = flag. No instruction of the loop changes the
 * flags: the flag's value itself skips the branch back. */
    .section .text.call_spin, "ax"
    .global call_spin
    .type call_spin, %function
call_spin:
    push    {r4-r11, lr}
    push    {r0}
    ldr     r2, [r0, #OFFSET_FLAGS]
    msr     cpsr_f, r2
    ldr     lr, [r0, #OFFSET_LR]
    add     r0, r0, #8
    ldmia   r0, {r2-r12}
1:  ldr     r0, [r1]
    add     pc, pc, r0, lsl #2      @ 0: to the branch; 1: behind it
    nop
    b       1b
    ldr     r0, [sp]
    str     lr, [r0, #OFFSET_LR]
    mrs     r1, cpsr
    add     r0, r0, #8              @ does not set flags
    stmia   r0, {r2-r12}
    and     r1, r1, #0xf8000000
    str     r1, [r0, #OFFSET_FLAGS - 8]
    add     sp, sp, #4
    pop     {r4-r11, pc}
    .size call_spin, . - call_spin
