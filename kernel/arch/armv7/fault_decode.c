/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Aborts taken from user mode, as the portable core wants them: which address
 * and which status (Arm ARM DDI 0406C B3.12, B3.13). Must never blame a thread
 * for what the kernel did: the vectors send kernel aborts elsewhere.
 */
#include "armv7/fault_decode.h"
#include "armv7/cp15.h"
#include "kernel/arch.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/tcb.h"

/* The words that fault messages carry: status bits 13:0. */
#define STATUS_MASK 0x3fffu

/* vectors.S types these numbers. */
_Static_assert(EXCEPTION_UNDEFINED == 1 && EXCEPTION_PREFETCH_ABORT == 2 &&
                   EXCEPTION_DATA_ABORT == 3 && EXCEPTION_SVC == 4 &&
                   EXCEPTION_FIQ == 5,
               "enum exception as vectors.S has it");

/* The address is that of the instruction: IFAR is unknown after a breakpoint
 * instruction (B3.13), so it could differ between replicas. */
void fault_prefetch_abort(void) {
  vaddr_t address = sched_current->context.reg[CONTEXT_FAULT_IP];

  if (arch_breakpoint_at(address)) { /* or its page is missing: same place */
    kernel_interrupt();
    return;
  }
  kernel_vm_fault(true, address, cp15_read_ifsr() & STATUS_MASK);
}

void fault_data_abort(void) {
  kernel_vm_fault(false, cp15_read_dfar(), cp15_read_dfsr() & STATUS_MASK);
}
