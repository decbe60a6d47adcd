/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLB and cache maintenance, on this core only: replicas share no address
 * space. The emulator models no cache, so the cache operations are untested
 * on silicon. Order: Arm ARM DDI 0406C B2.2.9, B3.10.
 */
#include "armv7/cp15.h"
#include "kernel/arch.h"

#define LINE_SIZE                                                              \
  32u /* L1 data and instruction: Cortex-A9 TRM DDI 0388 7.1                   \
       */

void arch_tlb_flush_all(void) {
  cp15_dsb(); /* descriptors are written before the walks that follow */
  cp15_tlb_invalidate_all();
  cp15_branch_invalidate_all();
  cp15_dsb();
  cp15_isb();
}

void arch_tlb_flush_page(vaddr_t vaddr, word_t asid) {
  cp15_dsb();
  cp15_tlb_invalidate_page((vaddr & 0xfffff000u) | asid);
  cp15_branch_invalidate_all();
  cp15_dsb();
  cp15_isb();
}

void arch_tlb_flush_asid(word_t asid) {
  cp15_dsb();
  cp15_tlb_invalidate_asid(asid);
  cp15_branch_invalidate_all();
  cp15_dsb();
  cp15_isb();
}

/* Apply `operation` to each line that [start, start + bytes) touches. */
static void for_lines(uintptr_t start, size_t bytes,
                      void (*operation)(word_t address)) {
  uintptr_t end = start + bytes;
  for (uintptr_t at = start & ~(uintptr_t)(LINE_SIZE - 1); at < end;
       at += LINE_SIZE) {
    operation((word_t)at);
  }
}

void arch_cache_clean(const void *start, size_t bytes) {
  for_lines((uintptr_t)start, bytes, cp15_data_clean);
  cp15_dsb();
}

void arch_cache_unify_instruction(const void *start, size_t bytes) {
  for_lines((uintptr_t)start, bytes, cp15_data_clean_unify);
  cp15_dsb();
  for_lines((uintptr_t)start, bytes, cp15_instruction_invalidate);
  cp15_branch_invalidate_all();
  cp15_dsb();
  cp15_isb();
}
