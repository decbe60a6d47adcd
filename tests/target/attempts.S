/* SPDX-License-Identifier: BSD-2-Clause */
/* Forbidden and odd things, one instruction each; see attempts.h. */
    .syntax unified
    .arm
    .arch_extension sec

    .macro attempt name, instruction
    .section .text.\name, "ax"
    .balign 4
    .global \name
    .type \name, %function
\name:
    \instruction
    bx      lr
    .size \name, . - \name
    .endm

    attempt attempt_read, "ldr r1, [r0]"
    attempt attempt_write, "str r0, [r0]"
    attempt attempt_jump, "bx r0"
    attempt attempt_exclusive, "ldrex r1, [r0]"
    attempt attempt_multiple, "ldm r0, {r1, r2}"
    attempt attempt_push, "push {r0}"

    attempt attempt_undefined, "udf #0"
    attempt attempt_breakpoint, "bkpt #0"
    attempt attempt_monitor_call, "smc #0"
    attempt attempt_emulator_call, ".word 0xe10f0070" @ HLT 0xf000: not in Armv7
    attempt attempt_read_fpexc, ".word 0xeef81a10" @ VMRS r1, FPEXC

    attempt attempt_read_sctlr, "mrc p15, 0, r1, c1, c0, 0"
    attempt attempt_write_ttbr0, "mcr p15, 0, r0, c2, c0, 0"
    attempt attempt_write_dacr, "mcr p15, 0, r0, c3, c0, 0"
    attempt attempt_write_vbar, "mcr p15, 0, r0, c12, c0, 0"
    attempt attempt_read_mpidr, "mrc p15, 0, r1, c0, c0, 5"
    attempt attempt_read_cbar, "mrc p15, 4, r1, c15, c0, 0"
    attempt attempt_flush_tlb, "mcr p15, 0, r0, c8, c7, 0"
    attempt attempt_invalidate_cache, "mcr p15, 0, r0, c7, c6, 2"
    attempt attempt_read_cycles, "mrc p15, 0, r1, c9, c13, 0"
    attempt attempt_enable_counters, "mcr p15, 0, r0, c9, c14, 0"
    attempt attempt_write_tpidruro, "mcr p15, 0, r0, c13, c0, 3"
    attempt attempt_read_tpidrprw, "mrc p15, 0, r1, c13, c0, 4"
    attempt attempt_write_debug, "mcr p14, 0, r0, c0, c2, 2"

    attempt attempt_wait_for_interrupt, "wfi"
    attempt attempt_wait_for_event, "wfe"
    attempt attempt_send_event, "sev"
    attempt attempt_preload, "pld [r0]"

    .section .text.attempts, "ax"
    .balign 4
    .global attempt_mask_interrupts
    .type attempt_mask_interrupts, %function
attempt_mask_interrupts:
    cpsid   aif
    mrs     r0, cpsr
    bx      lr

    .global attempt_supervisor
    .type attempt_supervisor, %function
attempt_supervisor:
    msr     cpsr_c, #0xd3               @ supervisor mode, interrupts masked
    mrs     r0, cpsr
    bx      lr

    .global attempt_big_endian
    .type attempt_big_endian, %function
attempt_big_endian:
    setend  be
    mvn     r7, #6                      @ Yield
    svc     #0
    setend  le
    bx      lr

    .global attempt_semihosting
    .type attempt_semihosting, %function
attempt_semihosting:
    mov     r0, #0x18                   @ SYS_EXIT
    mov     r7, r0                      @ as our kernel sees it: unknown
    svc     #0x123456
    bx      lr

    .global attempt_undefined_thumb
    .type attempt_undefined_thumb, %function
attempt_undefined_thumb:
    ldr     r1, =thumb_place + 1
    bx      r1

    .global attempt_thumb_place
    .type attempt_thumb_place, %function
attempt_thumb_place:
    ldr     r0, =thumb_place
    bx      lr
    .ltorg

    .thumb
    nop
thumb_place:
    udf     #1
    bx      lr
