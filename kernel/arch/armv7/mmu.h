/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel address space of this port; the rest is in kernel/arch.h. */
#pragma once

#include "abi/boot.h"

/*
 * Complete the kernel page directory that start.S began: image protection,
 * windows; drop the identity mapping. Interrupts masked, MMU on.
 */
void mmu_init(const struct boot_handover *handover);
