/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers of the Cortex-A9, one accessor each. Sections are those of
 * the Arm ARM, DDI 0406C, unless another manual is named.
 */
#pragma once

#include "abi/types.h"

/* Context synchronisation: what follows is fetched anew (A8.8.53). */
static inline void cp15_isb(void) {
  __asm__ volatile("isb" ::: "memory");
}

/* Completes all memory accesses and maintenance before it (A8.8.44). */
static inline void cp15_dsb(void) {
  __asm__ volatile("dsb" ::: "memory");
}

/* Orders memory accesses (A8.8.43). */
static inline void cp15_dmb(void) {
  __asm__ volatile("dmb" ::: "memory");
}

/* DACR, domain access control: two bits per domain (B4.1.43). */
static inline word_t cp15_read_dacr(void) {
  word_t value;
  __asm__ volatile("mrc p15, 0, %0, c3, c0, 0" : "=r"(value));
  return value;
}

static inline void cp15_write_dacr(word_t value) {
  __asm__ volatile("mcr p15, 0, %0, c3, c0, 0" ::"r"(value) : "memory");
  cp15_isb();
}

/*
 * ATS1CPR and PAR: where a read by the kernel would go now, by the same tables
 * and TLB (B4.2.4, B4.1.112). Bits 31 to 12: the page; bit 0: it would abort.
 */
#define CP15_PAR_FAULT 1u
static inline word_t cp15_translate(word_t address) {
  word_t found;
  __asm__ volatile("mcr p15, 0, %1, c7, c8, 0\n\t"
                   "isb\n\t"
                   "mrc p15, 0, %0, c7, c4, 0"
                   : "=r"(found)
                   : "r"(address));
  return found;
}

/* TTBR0, base of the page directory and walk attributes (B4.1.154). */
static inline void cp15_write_ttbr0(word_t value) {
  __asm__ volatile("mcr p15, 0, %0, c2, c0, 0" ::"r"(value) : "memory");
}

/* CONTEXTIDR, bits 7:0 the ASID (B4.1.36). */
static inline void cp15_write_contextidr(word_t value) {
  __asm__ volatile("mcr p15, 0, %0, c13, c0, 1" ::"r"(value) : "memory");
}

/* TLBIALL, whole unified TLB of this core (B4.2.2). */
static inline void cp15_tlb_invalidate_all(void) {
  __asm__ volatile("mcr p15, 0, %0, c8, c7, 0" ::"r"(0) : "memory");
}

/* TLBIASID, entries of one ASID (B4.2.2). */
static inline void cp15_tlb_invalidate_asid(word_t asid) {
  __asm__ volatile("mcr p15, 0, %0, c8, c7, 2" ::"r"(asid) : "memory");
}

/* TLBIMVA, one page of one ASID: address in 31:12, ASID in 7:0 (B4.2.2). */
static inline void cp15_tlb_invalidate_page(word_t page_and_asid) {
  __asm__ volatile("mcr p15, 0, %0, c8, c7, 1" ::"r"(page_and_asid) : "memory");
}

/* BPIALL, branch predictor (B4.2.1). */
static inline void cp15_branch_invalidate_all(void) {
  __asm__ volatile("mcr p15, 0, %0, c7, c5, 6" ::"r"(0) : "memory");
}

/* Cache lines by address to the point of coherency (B4.2.1). */
static inline void cp15_data_clean(word_t address) { /* DCCMVAC */
  __asm__ volatile("mcr p15, 0, %0, c7, c10, 1" ::"r"(address) : "memory");
}

/* Cache lines by address to the point of unification (B4.2.1). */
static inline void cp15_data_clean_unify(word_t address) { /* DCCMVAU */
  __asm__ volatile("mcr p15, 0, %0, c7, c11, 1" ::"r"(address) : "memory");
}

static inline void cp15_instruction_invalidate(word_t address) { /* ICIMVAU */
  __asm__ volatile("mcr p15, 0, %0, c7, c5, 1" ::"r"(address) : "memory");
}

/* Fault status and address (DFAR B4.1.51, DFSR B4.1.52, IFAR B4.1.95, IFSR
 * B4.1.96). */
static inline word_t cp15_read_dfsr(void) {
  word_t value;
  __asm__ volatile("mrc p15, 0, %0, c5, c0, 0" : "=r"(value));
  return value;
}

static inline word_t cp15_read_ifsr(void) {
  word_t value;
  __asm__ volatile("mrc p15, 0, %0, c5, c0, 1" : "=r"(value));
  return value;
}

static inline word_t cp15_read_dfar(void) {
  word_t value;
  __asm__ volatile("mrc p15, 0, %0, c6, c0, 0" : "=r"(value));
  return value;
}

/* VBAR, base of the vector table (B4.1.156). */
static inline void cp15_write_vbar(const void *table) {
  __asm__ volatile("mcr p15, 0, %0, c12, c0, 0" ::"r"(table) : "memory");
  cp15_isb();
}

/* CPACR, access to coprocessors 10 and 11, the FPU (B4.1.40). */
static inline void cp15_write_cpacr(word_t value) {
  __asm__ volatile("mcr p15, 0, %0, c1, c0, 2" ::"r"(value));
  cp15_isb();
}

/* PMUSERENR, user access to the cycle counter (B4.1.124). */
static inline void cp15_write_pmuserenr(word_t value) {
  __asm__ volatile("mcr p15, 0, %0, c9, c14, 0" ::"r"(value));
}

/* MPIDR bits 1:0, number of this core: differs between replicas (B4.1.106). */
static inline word_t cp15_read_core(void) {
  word_t value;
  __asm__ volatile("mrc p15, 0, %0, c0, c0, 5" : "=r"(value));
  return value & 3;
}
