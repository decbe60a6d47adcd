/* SPDX-License-Identifier: BSD-2-Clause */
/* Start-up of the CPU port, once per core, in the order that it needs. */
#include "kernel/arch.h"
#include "armv7/cp15.h"
#include "armv7/gic.h"
#include "armv7/mmu.h"
#include "armv7/timer.h"

/* vectors.S */
extern const char vectors_table[];

#define CPACR_FPU_ALL 0x00f00000u /* cp10, cp11; all 32 registers, NEON */

/*
 * The vectors come first, so that whatever fails behind them is reported. User
 * mode does not get the cycle counter (it would tell replicas apart). The FPU
 * starts disabled: core/fpu.c decides who has it.
 */
void arch_init(const struct boot_handover *handover) {
  cp15_write_vbar(vectors_table);
  cp15_write_cpacr(CPACR_FPU_ALL);
  arch_fpu_enable(false);
  cp15_write_pmuserenr(0);
  mmu_init(handover);
  timer_init();
  gic_interface_init();
}

void arch_irq_distributor_init(void) {
  gic_distributor_init();
}
