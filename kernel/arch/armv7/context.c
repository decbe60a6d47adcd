/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register frame of user threads: what a fresh one holds, and which processor
 * state user level may choose. Must never let a thread leave user mode.
 */
#include "armv7/cp15.h"
#include "armv7/layout.h"
#include "kernel/arch.h"

/* CPSR, Arm ARM DDI 0406C B1.3.3: N, Z, C, V, Q; A and F masked. */
#define CPSR_USER_FLAGS 0xf8000000u
#define CPSR_MASK_ABORT (1u << 8)
#define CPSR_MASK_FIQ (1u << 6)

word_t arch_context_sanitise_cpsr(word_t value) {
  return (value & CPSR_USER_FLAGS) | CPSR_MASK_ABORT | CPSR_MASK_FIQ |
         MODE_USER;
}

void arch_context_init(struct context *context) {
  for (word_t i = 0; i < CONTEXT_REGISTERS; i++) {
    context->reg[i] = 0;
  }
  context->reg[CONTEXT_CPSR] = arch_context_sanitise_cpsr(0);
}
