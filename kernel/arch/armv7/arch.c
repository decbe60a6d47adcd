/* SPDX-License-Identifier: BSD-2-Clause */
/* Start-up of the CPU port, once per core, in the order that it needs. */
#include "kernel/arch.h"
#include "armv7/cp15.h"
#include "armv7/gic.h"
#include "armv7/mmu.h"
#include "armv7/timer.h"

/* vectors.S */
extern const char vectors_table[];

/*
 * The vectors come first, so that whatever fails behind them is reported. User
 * mode gets neither the FPU (no context for it yet) nor the cycle counter (it
 * would tell replicas apart).
 */
void arch_init(const struct boot_handover *handover) {
  cp15_write_vbar(vectors_table);
  cp15_write_cpacr(0);
  cp15_write_pmuserenr(0);
  mmu_init(handover);
  timer_init();
  gic_interface_init();
}

void arch_irq_distributor_init(void) {
  gic_distributor_init();
}
