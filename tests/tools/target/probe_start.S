/* SPDX-License-Identifier: BSD-2-Clause */
/* Entry of all cores of the probe: r0 = core number, MMU off. */
  .syntax unified
  .arm
  .section .text.start, "ax"
  .global _start
  .global secondary_entry
_start:
  mov r0, #0
secondary_entry:
  ldr sp, =0x10100000      /* one stack of 64 KiB per core */
  add sp, sp, r0, lsl #16
  bl core_main
1:
  wfi
  b 1b
