/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every CPU port provides to the portable core and to replica control.
 * Nothing here depends on the board (plat.h) or on replication.
 */
#pragma once

#include "abi/boot.h"
#include "abi/types.h"
#include "arch/address.h"
#include "arch/types.h"
#include "kernel/compiler.h"

/* ---- boot --------------------------------------------------------------- */

/*
 * First call of the boot: kernel windows, exception vectors, this core's own
 * interrupt interface and timers. Only RAM is mapped before.
 */
void arch_init(const struct boot_handover *handover);

/* Shared lines masked and sent to core 0. Through hook_device_write. */
void arch_irq_distributor_init(void);

/* ---- addresses ---------------------------------------------------------- */

/*
 * In arch/address.h, since they are called everywhere:
 *   void *arch_ptr(paddr_t paddr)          kernel pointer to canonical RAM;
 *                                          `paddr` lies in this replica's RAM
 *   paddr_t arch_paddr(const void *pointer)  canonical physical address of an
 *                                          object in this replica's RAM
 */

/* Canonical address of the kernel's first instruction. */
paddr_t arch_kernel_entry(void);

/* Does canonical `paddr` lie in .replica_local / in code and constants? */
bool arch_is_replica_local(paddr_t paddr);
bool arch_is_constant(paddr_t paddr);

/* Partition offset: real = canonical + this. Differs between replicas. */
word_t arch_partition_offset(void);

/* ---- windows (kernel virtual addresses; see kernel/README.md) ------------ */

/*
 * Kernel pointer to a device register or to RAM that devices share. Valid only
 * between arch_devices_open and arch_devices_close: the window's MMU domain is
 * closed otherwise and a stray access faults.
 * @return NULL if `paddr` lies outside the device window.
 */
volatile void *arch_device_ptr(paddr_t paddr);

/*
 * Does the hardware find `paddr` at `address`? Asked before an access that is
 * done once for all: the window's own table entries may have changed.
 * Context: between arch_devices_open and arch_devices_close.
 */
bool arch_device_is_at(const volatile void *address, paddr_t paddr);
void arch_devices_open(void);
void arch_devices_close(void);

/* Block of `replica` in the shared region: own block writable, others not. */
volatile void *arch_shared_block(word_t replica);

/*
 * One page of RAM that belongs to somebody else, by its real address, for
 * copying; in the closed domain as the devices are. At most one at a time.
 */
void *arch_foreign_map(paddr_t real);
void arch_foreign_unmap(bool written);

/*
 * Canonical addresses of those kernel tables in which replicas differ by more
 * than the partition offset: the shared region's (the own block is writable)
 * and the one whose first entry maps the foreign page.
 */
paddr_t arch_shared_table(void);
paddr_t arch_foreign_table(void);

/* ---- virtual memory ------------------------------------------------------ */

/* Make `pd` (canonical, not 0) the current address space. */
void arch_vspace_switch(paddr_t pd, word_t hardware_asid);

/* Leave all of them: the kernel's own mappings only. */
void arch_vspace_leave(void);

void arch_tlb_flush_all(void);

/* Forget translations of one hardware ASID, or one page of it. */
void arch_tlb_flush_asid(word_t hardware_asid);
void arch_tlb_flush_page(vaddr_t vaddr, word_t hardware_asid);

/* Kernel part of a new page directory (4096 entries, zeroed). */
void arch_vspace_init(word_t *pd);

/* ---- caches: by kernel pointer range, to the point of coherency ---------- */
void arch_cache_clean(const void *start, size_t bytes);
void arch_cache_unify_instruction(const void *start, size_t bytes);

/* ---- contexts ------------------------------------------------------------ */

/* Registers of a fresh thread: all zero, user mode. */
void arch_context_init(struct context *context);

/* CPSR that a user may have: flags from `value`, mode forced to user. */
word_t arch_context_sanitise_cpsr(word_t value);

/* ---- floating point: who owns the registers is core/fpu.c -----------------
 */

/* May code on this core use them, the kernel's own copying included? */
void arch_fpu_enable(bool enabled);

/* Copy the live registers out and in; they are enabled. */
void arch_fpu_store(struct fpu_context *to);
void arch_fpu_load(const struct fpu_context *from);

/* Both, in this order. */
void arch_fpu_exchange(struct fpu_context *to, const struct fpu_context *from);

/* ---- interrupts ---------------------------------------------------------- */

#define IRQ_COUNT 160
#define IRQ_TICK 29u  /* private timer */
#define IRQ_ALARM 27u /* global timer comparator */

/* Distributor: shared by all cores, so these go through hook_device_write. */
void arch_irq_mask(word_t irq);
void arch_irq_unmask(word_t irq);
void arch_irq_set_trigger(word_t irq, bool edge);

/* Of these, the direct ones act on the distributor at once, on this core's own
   decision: for whoever takes interrupts on behalf of all. */
void arch_irq_mask_direct(word_t irq);
/* Route `irq` to this core, forget that it was active, set its mask; pend it
   again if it is unmasked and edge-triggered, as its edge may be lost. */
void arch_irq_take_over(word_t irq, bool unmasked);
void arch_sgi_send(word_t target_mask, word_t sgi); /* direct, not hooked */

/* This core's own GIC interface: acknowledge (raw IAR) and end. */
word_t arch_irq_acknowledge(void);
void arch_irq_end(word_t iar);

/* This core takes no interrupt any more: interface, tick and alarm off. */
void arch_interrupts_stop(void);

/* Number of this core, as the hardware knows it; a replica's own number. */
word_t arch_core(void);

/*
 * Wait for an interrupt (WFI) / for an event (WFE) / signal one (SEV).
 * arch_wait_for_event may return at once: callers look again in a loop that
 * has a deadline, and a core that sleeps with interrupts masked would miss it.
 */
void arch_wait_for_interrupt(void);
void arch_wait_for_event(void);
void arch_send_event(void);
void arch_memory_barrier(void);

/* ---- lines: 32 bytes, word aligned --------------------------------------- */

#define ARCH_LINE_BYTES 32u

#define ARCH_SUM_ROTATE 11u

/*
 * Two sums over lines. Each word is added to `sum` rotated right by
 * ARCH_SUM_ROTATE, which loses nothing, so any change of one word shows, and
 * flips of neighbouring cells do not cancel. `sum` is added to `sum_of_sums`
 * after each line, so that it shows when lines change places.
 */
struct arch_sums {
  word_t sum;
  word_t sum_of_sums;
};

/* One word more. */
static inline word_t arch_sum_word(word_t sum, word_t word) {
  return word + (sum >> ARCH_SUM_ROTATE | sum << (32 - ARCH_SUM_ROTATE));
}

/* Copy `lines` lines and add them up; each is read once, in order. */
void arch_lines_copy(void *to, const void *from, word_t lines,
                     struct arch_sums *sums);

/* Add up `lines` lines. */
void arch_lines_sum(const void *from, word_t lines, struct arch_sums *sums);

/* Fill lines with zeros. @param lines  At least one. */
void arch_lines_clear(void *to, word_t lines);

/*
 * A sum of lines of code in few instructions: the products of neighbouring
 * words, modulo 2^32 - 1. Any one flipped bit of a word changes it, unless the
 * neighbour is a multiple of that, 0 or 0xffffffff; which code is not
 * (tests/system/test_edge.py).
 * @param lines  At least one.
 */
word_t arch_code_sum(const void *from, word_t lines);

/* ---- time: local to the core, never replicated --------------------------- */

/* Global timer, 10 ns units in the emulator; runs since the loader started. */
uint64_t arch_time(void);
#define ARCH_TIME_PER_US 100u

/* The lower half of it, for spans below 20 s: a third of the accesses. */
word_t arch_time_short(void);

void arch_tick_start(word_t period_us); /* periodic, PPI 29 */
void arch_tick_stop(void);
void arch_tick_clear(void);           /* clear its interrupt at the source */
void arch_alarm_set(word_t delay_us); /* one-shot, PPI 27 */
void arch_alarm_clear(void);          /* disarm and clear */

/* As arch_alarm_set in units of arch_time, for an alarm that is clear.
   @return The moment from which it counts, as of arch_time_short. */
word_t arch_alarm_start(uint64_t delay);

/* ---- breakpoints in user code: local to the core, never replicated ------- */

#define ARCH_BREAKPOINTS 2u

/*
 * Whoever is about to execute one of `addresses` in user mode, in ARM state,
 * enters the kernel as if it were interrupted there. Sets all anew.
 */
void arch_breakpoints_set(const vaddr_t *addresses, word_t count);
void arch_breakpoints_clear(void);

/* Is a breakpoint set there? */
bool arch_breakpoint_at(vaddr_t address);

/*
 * Addresses of the instructions that may follow the one at the context's pc.
 * @return How many; 0 if it can not be told. The context is the current one's.
 */
word_t arch_step(const struct context *context, vaddr_t next[ARCH_BREAKPOINTS]);

/* ---- entry into user mode ------------------------------------------------ */

/* Called by the port on return to user mode: never from C code of the core. */
