/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare-metal program whose critical path can be computed by hand. Core 0
 * starts cores 1 and 2; each does its own amount of work (work_N rounds of two
 * instructions), writes record A, arrives at a barrier in the shared region,
 * waits for all three and writes record B. Core 0 ends the run. MMU off.
 *
 * After the last load of the barrier a core executes `tail_1` instructions up
 * to and with the store that completes record B, if that load was of core 1's
 * word; from its own arrival on, `whole` without waiting.
 */
  .syntax unified
  .arm
  .equ SHARED, 0x4e000000   /* kernel/abi/abi/memory.h; a block is 64 KiB */
  .equ RING, 0x8000
  .equ MAGIC, 0x544e5645
  .equ SRC, 0x020d8000      /* IMX6DQRM, SRC: SCR, GPR1 at 0x20 */
  .global work_0, work_1, work_2, tail_1, whole
  .equ work_0, 1000
  .equ work_1, 200000
  .equ work_2, 50000
  .equ tail_1, 13           /* 5, the round of core 2: 6, B: 2 */
  .equ whole, 22            /* sev mov, three rounds of 6, B: 2 */

  .section .text.start, "ax"
  .global _start, others, others_end, work, look
_start:
  mov r0, #0
  ldr r4, =SRC
  ldr r1, =others
  mov r2, #1
  str r1, [r4, #0x28]       /* entry and argument of core 1 */
  str r2, [r4, #0x2c]
  mov r2, #2
  str r1, [r4, #0x30]       /* of core 2 */
  str r2, [r4, #0x34]
  ldr r2, [r4]
  orr r2, r2, #(3 << 22)    /* enable cores 1 and 2 */
  ldr r1, =work_0
  ldr r5, =SHARED
  ldr r6, =MAGIC
  add r9, r5, #RING
  mov r10, #0x01000000      /* kind 0, replica 0, version 1 */
  str r2, [r4]              /* both start at this instruction's end */
  b work
others:
  mov r0, r0                /* the instruction that makes a core start */
others_end:
  cmp r0, #1
  ldr r1, =work_1
  ldrne r1, =work_2
  ldr r5, =SHARED
  ldr r6, =MAGIC
  add r9, r5, r0, lsl #16
  add r9, r9, #RING
  mov r10, #0x01000000
  orr r10, r10, r0, lsl #16
work:
  subs r1, r1, #1
  bne work
  str r10, [r9, #8]         /* record A */
  str r6, [r9], #64
  mov r8, #1
  str r8, [r5, r0, lsl #16] /* arrive */
  sev
look:
  mov r7, #0
1:
  ldr r8, [r5, r7, lsl #16]
  cmp r8, #0
  beq 2f
  add r7, r7, #1
  cmp r7, #3
  bne 1b
  str r10, [r9, #8]         /* record B */
  str r6, [r9]
  cmp r0, #0
  bne park
  b all_done
2:
  wfe
  b look
all_done:
  ldr r1, =SHARED + 0x10000 + RING + 64
  ldr r2, =SHARED + 0x20000 + RING + 64
3:
  ldr r3, [r1]
  ldr r4, [r2]
  cmp r3, r6
  cmpeq r4, r6
  beq end
  wfe
  b 3b
end:
  mov r0, #0x20             /* semihosting: exit with a code */
  ldr r1, =block
  svc 0x123456
park:
  wfi
  b park
  .ltorg
block:
  .word 0x20026, 42
