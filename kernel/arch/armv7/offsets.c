/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offsets of C structures for the assembly sources. This file is compiled to
 * assembly text, never linked: the build turns its marked lines into the
 * header armv7/offsets.h, so that no offset is ever typed twice.
 */
#include "abi/boot.h"
#include "abi/memory.h"
#include "arch/types.h"
#include "kernel/compiler.h"

#define DEFINE(name, value)                                                    \
  __asm__ volatile("\n->#define " #name " %c0" : : "i"(value))
#define DEFINE_REGISTER(name)                                                  \
  DEFINE(OFFSET_##name, CONTEXT_##name * sizeof(word_t))

void offsets_define(void);

USED void offsets_define(void) {
  DEFINE_REGISTER(PC);
  DEFINE_REGISTER(TPIDRURW);
  DEFINE(OFFSET_PARTITION_OFFSET,
         offsetof(struct boot_handover, partition_offset));
  DEFINE(OFFSET_RAM_SIZE, offsetof(struct boot_handover, config.ram_size));
  DEFINE(RAM_BASE_PADDR, RAM_BASE);
}

/* The vectors store r0-r12, sp and lr by one instruction. */
_Static_assert(CONTEXT_R0 == 0 && CONTEXT_SP == 13 && CONTEXT_LR == 14,
               "context layout of the vectors");
/* And PC, CPSR, FAULT_IP, TPIDRURW by another; they load pairs of these. */
_Static_assert(CONTEXT_PC == 15 && CONTEXT_CPSR == 16 &&
                   CONTEXT_FAULT_IP == 17 && CONTEXT_TPIDRURW == 18 &&
                   CONTEXT_TPIDRURO == 19,
               "context layout of the vectors");
