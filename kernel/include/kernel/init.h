/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot of the kernel. */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

/*
 * Called once by the port's start code: MMU on, kernel stack, interrupts
 * masked. Returns when sched_current is to be restored.
 *
 * @param handover  Canonical address of struct boot_handover.
 */
void kernel_main(paddr_t handover);
