/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every kind of access to memory, once each, on a block of its own; a table says
 * which instruction touches which bytes in which way. Nothing else may touch
 * the blocks. One core runs.
 */
  .syntax unified
  .arm
  .arch armv7-a
  .fpu neon
  .global core_main

#define BLOCK 64
#define READS 1
#define WRITES 2
#define NEITHER 0

/* The instruction, with r0 = `base` (else `offset`) behind the start of a block,
 * touches `size` bytes from `offset` on. */
  .macro access way, offset, size, insn, base=-1
  .pushsection .data
  .balign BLOCK
block_\@:
  .fill BLOCK, 1, 0
  .popsection
  .pushsection .places, "a"
  .word insn_\@, block_\@, \offset, \size, \way
  .popsection
  .if \base < 0
  movw r0, #:lower16:(block_\@ + \offset)
  movt r0, #:upper16:(block_\@ + \offset)
  .else
  movw r0, #:lower16:(block_\@ + \base)
  movt r0, #:upper16:(block_\@ + \base)
  .endif
insn_\@:
  \insn
  .endm

  .text
core_main:
  mrc p15, 0, r1, c1, c0, 2  /* CPACR: both halves of the VFP for everybody */
  orr r1, r1, #(0xf << 20)
  mcr p15, 0, r1, c1, c0, 2
  isb
  mov r1, #(1 << 30)
  vmsr fpexc, r1
  mov r8, #0

  access READS,  0, 4,  "ldr r1, [r0]"
  access READS,  1, 1,  "ldrb r1, [r0]"
  access READS,  2, 2,  "ldrh r1, [r0]"
  access READS,  3, 1,  "ldrsb r1, [r0]"
  access READS,  6, 2,  "ldrsh r1, [r0]"
  access READS,  8, 8,  "ldrd r2, r3, [r0]"
  access READS,  4, 4,  "ldr r1, [r0], #4"
  access READS,  4, 4,  "ldr r1, [r0, #0]!"
  access READS,  4, 4,  "ldrt r1, [r0]"
  access READS,  5, 4,  "ldr r1, [r0]"           /* not aligned */
  access READS,  7, 2,  "ldrh r1, [r0]"          /* over the end of a word */
  access READS,  4, 8,  "ldm r0, {r1, r2}"
  access READS,  0, 28, "ldm r0!, {r1-r7}"
  access READS,  4, 12, "ldmda r0, {r1-r3}", 12
  access READS,  8, 8,  "ldmdb r0!, {r1, r2}", 16
  access READS,  4, 4,  "ldr r1, [r0, r8, lsl #2]"
  access READS,  8, 4,  "ldr r1, [r0, #-4]", 12
  access READS,  16, 4, "ldrex r1, [r0]"
  access READS,  17, 1, "ldrexb r1, [r0]"
  access READS,  18, 2, "ldrexh r1, [r0]"
  access READS,  24, 8, "ldrexd r2, r3, [r0]"
  clrex
  access READS,  12, 4, "vldr s0, [r0]"
  access READS,  16, 8, "vldr d1, [r0]"
  access READS,  8, 32, "vldm r0, {d0-d3}"
  access READS,  4, 12, "vldm r0, {s1-s3}"
  access READS,  0, 16, "vld1.8 {d0, d1}, [r0]"
  access READS,  5, 1,  "vld1.8 {d0[3]}, [r0]"
  access READS,  0, 32, "vld4.16 {d0, d1, d2, d3}, [r0]"
  access READS,  8, 4,  "vld1.32 {d0[]}, [r0]"
  access NEITHER, 0, 4, "pld [r0]"
  access NEITHER, 0, 4, "mcr p15, 0, r0, c7, c10, 1"  /* clean a line */
  access NEITHER, 0, 4, "mcr p15, 0, r0, c7, c14, 1"  /* and invalidate it */
  access NEITHER, 0, 4, "mcr p15, 0, r0, c7, c5, 1"   /* of instructions */

  mov r1, #0x22
  mov r2, #0x33
  mov r3, #0x44
  access WRITES, 0, 4,  "str r1, [r0]"
  access WRITES, 1, 1,  "strb r1, [r0]"
  access WRITES, 2, 2,  "strh r1, [r0]"
  access WRITES, 8, 8,  "strd r2, r3, [r0]"
  access WRITES, 4, 4,  "strt r1, [r0]"
  access WRITES, 5, 4,  "str r1, [r0]"
  access WRITES, 4, 8,  "stm r0, {r1, r2}"
  access WRITES, 0, 28, "stm r0!, {r1-r7}"
  access WRITES, 8, 8,  "stmdb r0!, {r1, r2}", 16
  access WRITES, 12, 4, "vstr s0, [r0]"
  access WRITES, 16, 8, "vstr d1, [r0]"
  access WRITES, 8, 32, "vstm r0, {d0-d3}"
  access WRITES, 0, 16, "vst1.8 {d0, d1}, [r0]"
  access WRITES, 5, 1,  "vst1.8 {d0[3]}, [r0]"
  access WRITES, 0, 32, "vst4.16 {d0, d1, d2, d3}, [r0]"
  ldr r4, =scratch
  ldrex r5, [r4]
  access NEITHER, 0, 4, "strex r5, r1, [r0]"  /* another address: it fails */

  /* A store that succeeds belongs to the load before it. */
  movw r0, #:lower16:exclusive
  movt r0, #:upper16:exclusive
  ldrex r5, [r0]
  .global exclusive_store
exclusive_store:
  strex r5, r1, [r0]

  blx in_thumb
  ldr r1, =0x021e8098       /* a status register of UART2: not RAM */
  ldr r1, [r1]
  mov r0, #0x20             /* the end, as probe.c has it */
  ldr r1, =end_block
  svc 0x123456

  .thumb
  .thumb_func
in_thumb:
  access READS,  0, 4,  "ldr r1, [r0]"
  access READS,  3, 1,  "ldrb r1, [r0]"
  access READS,  0, 12, "ldm r0!, {r1-r3}"
  access READS,  0, 1,  "tbb [r0, r8]"
  access WRITES, 4, 4,  "str r1, [r0]"
  access WRITES, 2, 2,  "strh r1, [r0]"
  access WRITES, 0, 12, "stm r0!, {r1-r3}"
  bx lr
  .arm
  .ltorg

  .data
  .balign 64
  .global exclusive
exclusive:
  .word 5
  .balign 64
scratch:
  .word 0
end_block:
  .word 0x20026, 42
