/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folding a context, arriving at a meeting, and the first looks at the others:
 * rcoe/arrive.h. In assembly, because it is done twice for each system call: a
 * record is read and written by one instruction each, and its check word is
 * made in between. rcoe/mech/meet.c asserts that the offsets are right.
 */
#include "rcoe/arrive.h"
#include "rcoe/factors.h"

    .syntax unified
    .arm

    .macro add_to_sum word              /* signature_add: r12 low, r10 high */
    eor     r12, \word, r12, ror #27
    add     r10, r12, r10, ror #25
    .endm

    .macro add_to_check word            /* record_check: r11 */
    eor     r11, \word, r11, ror #27
    mul     r11, r11, r2
    .endm

/*
 * In: r0 = replica, r1 = context, r2 = a word, r3 = events.
 * Out: what is to go into the replica from its start on: r4 = time, r7 = its
 * high word, r8 = meeting (unchanged), r9 and r10 = signature.
 * Changes r1, r5, r6, r11, r12, flags.
 */
    .macro fold
    ldmia   r1!, {r4-r9, r11}           /* r0 to r6 */
    ldr     r1, [r1, #ARRIVE_FAULT_IP - 28]
    ldr     r12, [r0, #ARRIVE_SIGNATURE]
    ldr     r10, [r0, #ARRIVE_SIGNATURE + 4]
    add_to_sum r2
    add_to_sum r1
    add_to_sum r4
    add_to_sum r5
    add_to_sum r6
    add_to_sum r7
    add_to_sum r8
    add_to_sum r9
    add_to_sum r11
    ldr     r11, =SIGNATURE_PRIME
    mul     r9, r12, r11                /* signature_mix */
    ldmia   r0, {r4, r7, r8}
    adds    r4, r4, r3
    adc     r7, r7, #0
    .endm

    .section .text.arrive, "ax"

/* In: as `fold`. */
    .global arrive_fold
    .type arrive_fold, %function
arrive_fold:
    push    {r4-r11, lr}
    fold
    stmia   r0, {r4, r7-r10}
    pop     {r4-r11, pc}
    .size arrive_fold, . - arrive_fold

/* In: r0 = replica, r1 = rest. Out: as arrive_calm. */
    .global arrive_and_look
    .type arrive_and_look, %function
arrive_and_look:
    push    {r4-r11, lr}
    ldmia   r0, {r4, r7-r10}
    add     r8, r8, #1
    stmia   r0!, {r4, r7-r10}
    b       .Larrive
    .size arrive_and_look, . - arrive_and_look

/*
 * In: as `fold`.
 * Out: r0 = 0 unless all peers show an arrival like this one and no notice.
 */
    .global arrive_calm
    .type arrive_calm, %function
arrive_calm:
    push    {r4-r11, lr}
    fold
    add     r8, r8, #1                  /* the next meeting */
    stmia   r0!, {r4, r7-r10}
    add     r1, r0, #ARRIVE_REST - ARRIVE_COPIES
.Larrive:
    ldmia   r1, {r5-r7}                 /* r4-r10 is the record now */
    ldr     r2, =RECORD_CHECK_FACTOR
    ldr     r11, =RECORD_CHECK_SALT
    add_to_check r4
    add_to_check r5
    add_to_check r6
    add_to_check r7
    add_to_check r8
    add_to_check r9
    add_to_check r10
    and     r3, r8, #1
    add     r1, r0, r3, lsl #5
    stmia   r1, {r4-r11}                /* the private copy */
    ldr     r1, [r0, #ARRIVE_SLOT - ARRIVE_COPIES]
    add     r1, r1, r3, lsl #5
    stmia   r1, {r4-r11}
    dsb
    sev
    mov     r3, r3, lsl #5
    add     r3, r3, #ARRIVE_VOTED
    add     r12, r0, #ARRIVE_PEERS - ARRIVE_COPIES
    mov     lr, #1                      /* the others are mostly just before or
                                           just behind: look twice */
.Llook:
    mov     r0, r12
1:  ldr     r1, [r0], #4
    cmp     r1, #0
    beq     2f                          /* there are no more: r0 is not 0 */
    ldr     r2, [r1, #ARRIVE_NOTICE]
    add     r1, r1, r3
    ldmia   r1, {r4-r7}
    teq     r2, #0                      /* HEALTH_GOOD */
    teqeq   r4, r8
    teqeq   r5, r9
    teqeq   r6, r10
    teqeq   r7, r11
    beq     1b
    subs    lr, lr, #1
    movmi   r0, #0
    bmi     2f
    wfe
    b       .Llook
2:  pop     {r4-r11, pc}
    .ltorg
    .size arrive_calm, . - arrive_calm
