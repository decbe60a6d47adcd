/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that are stopped in the midst: each alone on a page, which the
 * handler of faults takes away and gives back; and the shapes of code that a
 * breakpoint has to be stepped off from. A branch to the next instruction makes
 * a block of code begin there for the emulator, so that a core can be held.
 */
    .syntax unified
    .arm

/* void far_first(volatile uint32_t *word), and far_second: adds one */
    .section .text.far, "ax"
    .balign 4096
    .global far_first
    .type far_first, %function
far_first:
    b       1f
1:  ldr     r1, [r0]
    add     r1, r1, #1
    str     r1, [r0]
    bx      lr
    .size far_first, . - far_first

    .balign 4096
    .global far_second
    .type far_second, %function
far_second:
    ldr     r1, [r0]
    add     r1, r1, #1
    str     r1, [r0]
    bx      lr
    .size far_second, . - far_second
    .balign 4096

    .section .text.shapes, "ax"

/* void undefined_here(void): SCTLR is not for user mode, Arm ARM DDI 0406C
   B4.1.130; the handler has it skipped. */
    .global undefined_here
    .type undefined_here, %function
undefined_here:
    b       1f
1:  mrc     p15, 0, r0, c1, c0, 0
    bx      lr
    .size undefined_here, . - undefined_here

/* void yield_here(void): a system call, number -7 in r7 */
    .global yield_here
    .type yield_here, %function
yield_here:
    push    {r4, r5, r7, lr}
    mvn     r7, #6
    b       1f
1:  svc     #0
    pop     {r4, r5, r7, pc}
    .size yield_here, . - yield_here

/* void shape_loop(uint32_t rounds): a branch to the instruction before it */
    .global shape_loop
    .type shape_loop, %function
shape_loop:
    subs    r0, r0, #1
    bne     shape_loop
    bx      lr
    .size shape_loop, . - shape_loop

/* void shape_calls(uint32_t rounds): a call right behind a call, returns by
   bx, by a load of the pc alone, and with others */
    .global shape_calls
    .type shape_calls, %function
shape_calls:
    push    {r4, lr}
    mov     r4, r0
1:  bl      leaf
    bl      leaf_load
    bl      leaf_loads
    subs    r4, r4, #1
    bne     1b
    pop     {r4, pc}
    .size shape_calls, . - shape_calls

    .type leaf, %function
leaf:
    bx      lr
    .size leaf, . - leaf

    .type leaf_load, %function
leaf_load:
    push    {lr}
    pop     {pc}
    .size leaf_load, . - leaf_load

    .type leaf_loads, %function
leaf_loads:
    push    {r4, r5, lr}
    pop     {r4, r5, pc}
    .size leaf_loads, . - leaf_loads
