/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting, signalling and barriers of one core. The three waits lie in
 * .text.wait, so that host tools count them as waiting. Every wait loop must
 * contain one of them: on the emulator a bare spin keeps its core's turn.
 */
#include "armv7/cp15.h"
#include "kernel/arch.h"

/* Interrupts are masked; WFI wakes up all the same (DDI 0406C B1.8.14). */
SECTION(".text.wait") void arch_wait_for_interrupt(void) {
  cp15_dsb();
  __asm__ volatile("wfi" ::: "memory");
}

/* B1.8.13: returns at once if an event was signalled since the last one. */
SECTION(".text.wait") void arch_wait_for_event(void) {
  __asm__ volatile("wfe" ::: "memory");
}

/* The DSB makes what was stored before visible to whoever wakes up. */
void arch_send_event(void) {
  cp15_dsb();
  __asm__ volatile("sev" ::: "memory");
}

void arch_memory_barrier(void) {
  cp15_dmb();
}
