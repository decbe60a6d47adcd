/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saved user registers, in the order in which the exception vectors store
 * them. The one header whose content depends on the CPU port.
 */
#pragma once

#include "abi/types.h"

enum context_register {
  CONTEXT_R0 = 0,
  CONTEXT_R1,
  CONTEXT_R2,
  CONTEXT_R3,
  CONTEXT_R4,
  CONTEXT_R5,
  CONTEXT_R6,
  CONTEXT_R7,
  CONTEXT_R8,
  CONTEXT_R9,
  CONTEXT_R10,
  CONTEXT_R11,
  CONTEXT_R12,
  CONTEXT_SP,
  CONTEXT_LR,
  CONTEXT_PC, /* where user mode resumes */
  CONTEXT_CPSR,
  CONTEXT_FAULT_IP, /* instruction that entered the kernel */
  CONTEXT_TPIDRURW,
  CONTEXT_TPIDRURO,
  CONTEXT_REGISTERS,
};

struct context {
  word_t reg[CONTEXT_REGISTERS];
};

/* VFPv3 and NEON registers: d0-d31 as words, then the status word. */
#define FPU_WORDS 64

struct fpu_context {
  word_t d[FPU_WORDS];
  word_t fpscr;
  word_t reserved; /* 0 */
};

_Static_assert(sizeof(struct fpu_context) == (FPU_WORDS + 2) * sizeof(word_t),
               "no padding: it is folded into signatures");

/*
 * Short descriptors, Arm ARM DDI 0406C B3.5.1. First level: 4096 entries of
 * 1 MiB; second level: 256 entries of 4 KiB. The TEX, C, B encodings hold for
 * SCTLR.TRE = 0 (B3.8.2), the AP encodings for SCTLR.AFE = 0 (B3.7.1).
 */
#define PTE_TYPE_MASK 0x3u
#define PTE_INVALID 0x0u
#define PTE_TABLE 0x1u   /* first level: second-level table */
#define PTE_SECTION 0x2u /* first level: section or supersection */
#define PTE_LARGE 0x1u   /* second level: 64 KiB page */
#define PTE_SMALL 0x2u   /* second level: 4 KiB page; bit 0: execute never */

#define PTE_B (1u << 2)
#define PTE_C (1u << 3)
#define PTE_TABLE_ADDRESS 0xfffffc00u

#define PTE_SECTION_XN (1u << 4)
#define PTE_SECTION_DOMAIN(n) ((word_t)(n) << 5) /* tables too */
#define PTE_SECTION_AP(n) ((word_t)(n) << 10)
#define PTE_SECTION_TEX(n) ((word_t)(n) << 12)
#define PTE_SECTION_APX (1u << 15)
#define PTE_SECTION_S (1u << 16)
#define PTE_SECTION_NG (1u << 17)
#define PTE_SUPERSECTION (1u << 18)
#define PTE_SECTION_ADDRESS 0xfff00000u
#define PTE_SUPERSECTION_ADDRESS 0xff000000u

#define PTE_SMALL_XN (1u << 0)
#define PTE_PAGE_AP(n) ((word_t)(n) << 4)
#define PTE_SMALL_TEX(n) ((word_t)(n) << 6)
#define PTE_PAGE_APX (1u << 9)
#define PTE_PAGE_S (1u << 10)
#define PTE_PAGE_NG (1u << 11)
#define PTE_LARGE_TEX(n) ((word_t)(n) << 12)
#define PTE_LARGE_XN (1u << 15)
#define PTE_SMALL_ADDRESS 0xfffff000u
#define PTE_LARGE_ADDRESS 0xffff0000u

#define PTE_AP_NONE 0u       /* no access at all */
#define PTE_AP_KERNEL 1u     /* kernel read/write; with APX: read only */
#define PTE_AP_USER_WRITE 3u /* both read/write */

#define PTE_FIRST_ENTRIES 4096u
#define PTE_SECOND_ENTRIES 256u
