/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Canonical physical addresses and kernel pointers: the window that holds all
 * RAM of the own partition makes one the other by a constant. Contract:
 * kernel/arch.h, through which everybody includes this; unit tests on the host
 * have a header of the same name.
 */
#pragma once

#include "abi/memory.h"
#include "abi/types.h"

#define ARCH_RAM_WINDOW 0xe0000000u /* armv7/layout.h; mmu.c asserts it */

__attribute__((returns_nonnull)) static inline void *arch_ptr(paddr_t paddr) {
  return (void *)(paddr - RAM_BASE + ARCH_RAM_WINDOW);
}

static inline paddr_t arch_paddr(const void *pointer) {
  return (paddr_t)pointer - ARCH_RAM_WINDOW + RAM_BASE;
}
