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

/*
 * B1.8.13: WFE returns at once if an event was signalled since the last one.
 * The SEV makes sure of that: no timer can wake a core from WFE whose
 * interrupts are masked, and a deadline may be running. On silicon this is a
 * pause; in the emulator WFE hands the turn to the next core all the same.
 */
SECTION(".text.wait") void arch_wait_for_event(void) {
  __asm__ volatile("sev\n\twfe" ::: "memory");
}

/* The DSB makes what was stored before visible to whoever wakes up. */
void arch_send_event(void) {
  cp15_dsb();
  __asm__ volatile("sev" ::: "memory");
}

word_t arch_core(void) {
  return cp15_read_core();
}

void arch_memory_barrier(void) {
  cp15_dmb();
}
