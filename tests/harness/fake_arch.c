/* SPDX-License-Identifier: BSD-2-Clause */
/* See fake_arch.h. Wrong addresses end the test program at once. */
#include "harness/fake_arch.h"

#include "kernel/arch.h"
#include "kernel/asid.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 4096u
#define SPURIOUS 1023u

/* Kernel variables get addresses outside RAM, relative to this one. */
#define IMAGE_BASE 0x48000000u
#define IMAGE_REACH 0x08000000

struct fake_arch fake_arch;

static _Alignas(PAGE) uint8_t ram[FAKE_RAM_SIZE];
static _Alignas(PAGE) uint8_t devices[4 * PAGE];
static _Alignas(PAGE) uint8_t image[4 * PAGE]; /* what devices see of RAM */
static uint8_t shared[BOOT_MAX_REPLICAS][SHARED_BLOCK_SIZE];

void fake_arch_reset(void) {
  memset(ram, 0, sizeof(ram));
  memset(devices, 0, sizeof(devices));
  memset(image, 0, sizeof(image));
  memset(shared, 0, sizeof(shared));
  /* what a register holds is not the kernel's to forget */
  fake_arch = (struct fake_arch){.acknowledged = SPURIOUS,
                                 .fpu_enabled = fake_arch.fpu_enabled};
}

bool fake_ram_is_zero(paddr_t paddr, word_t bytes) {
  const uint8_t *byte = arch_ptr(paddr);

  while (bytes > 0 && *byte == 0) {
    byte++;
    bytes--;
  }
  return bytes == 0;
}

void arch_init(const struct boot_handover *handover) {
  (void)handover;
}

void arch_irq_distributor_init(void) {
}

void *arch_ptr(paddr_t paddr) {
  if (paddr - RAM_BASE < FAKE_RAM_SIZE)
    return ram + (paddr - RAM_BASE);
  if (paddr - IMAGE_BASE + IMAGE_REACH < 2u * IMAGE_REACH)
    return ram + (int32_t)(paddr - IMAGE_BASE);
  abort();
}

paddr_t arch_paddr(const void *pointer) {
  intptr_t distance = (intptr_t)pointer - (intptr_t)ram;

  if (distance >= 0 && distance < (intptr_t)FAKE_RAM_SIZE)
    return RAM_BASE + (paddr_t)distance;
  if (distance < -IMAGE_REACH || distance >= IMAGE_REACH)
    abort();
  return IMAGE_BASE + (paddr_t)(int32_t)distance;
}

word_t arch_partition_offset(void) {
  return FAKE_PARTITION_OFFSET;
}

volatile void *arch_device_ptr(paddr_t paddr) {
  if (paddr - RAM_BASE < sizeof(image))
    return image + (paddr - RAM_BASE);
  return paddr < sizeof(devices) ? devices + paddr : NULL;
}

bool arch_device_is_at(const volatile void *address, paddr_t paddr) {
  return address == arch_device_ptr(paddr);
}

void arch_devices_open(void) {
  fake_arch.devices_open++;
}

void arch_devices_close(void) {
  fake_arch.devices_open--;
}

volatile void *arch_shared_block(word_t replica) {
  return shared[replica];
}

void arch_vspace_switch(paddr_t pd, word_t hardware_asid) {
  fake_arch.page_directory = pd;
  fake_arch.hardware_asid = hardware_asid;
}

void arch_vspace_leave(void) {
  arch_vspace_switch(0, HARDWARE_ASID_KERNEL);
}

void arch_vspace_init(word_t *pd) {
  (void)pd;
}

void arch_tlb_flush_all(void) {
  fake_arch.flushes++;
}

void arch_tlb_flush_asid(word_t hardware_asid) {
  (void)hardware_asid;
  fake_arch.flushes++;
}

void arch_tlb_flush_page(vaddr_t vaddr, word_t hardware_asid) {
  (void)vaddr;
  (void)hardware_asid;
  fake_arch.flushes++;
}

static void note_cache(enum fake_cache what, const void *start, size_t bytes) {
  fake_arch.cache_operation = what;
  fake_arch.cache_start = arch_paddr(start);
  fake_arch.cache_bytes = (word_t)bytes;
}

void arch_cache_clean(const void *start, size_t bytes) {
  note_cache(FAKE_CACHE_CLEAN, start, bytes);
}

void arch_cache_unify_instruction(const void *start, size_t bytes) {
  note_cache(FAKE_CACHE_UNIFY, start, bytes);
}

void arch_context_init(struct context *context) {
  *context = (struct context){.reg = {[CONTEXT_CPSR] = FAKE_CPSR_USER}};
}

void arch_fpu_enable(bool enabled) {
  fake_arch.fpu_enabled = enabled;
}

/* As the hardware does, these end the program when access is denied. */
void arch_fpu_store(struct fpu_context *to) {
  if (!fake_arch.fpu_enabled)
    abort();
  *to = fake_arch.fpu;
}

void arch_fpu_load(const struct fpu_context *from) {
  if (!fake_arch.fpu_enabled)
    abort();
  fake_arch.fpu = *from;
}

void arch_fpu_exchange(struct fpu_context *to, const struct fpu_context *from) {
  arch_fpu_store(to);
  arch_fpu_load(from);
}

word_t arch_context_sanitise_cpsr(word_t value) {
  return (value & 0xf8000000u) | FAKE_CPSR_USER;
}

void arch_irq_mask(word_t irq) {
  fake_arch.last_masked = irq;
}

void arch_irq_unmask(word_t irq) {
  fake_arch.last_unmasked = irq;
}

void arch_irq_set_trigger(word_t irq, bool edge) {
  (void)irq;
  fake_arch.edge_lines += edge;
}

word_t arch_irq_acknowledge(void) {
  word_t iar = fake_arch.acknowledged;

  fake_arch.acknowledged = SPURIOUS;
  return iar;
}

void arch_irq_end(word_t iar) {
  fake_arch.ended = iar;
}

void arch_wait_for_interrupt(void) {
  fake_arch.waits++;
}

uint64_t arch_time(void) {
  return fake_arch.time++;
}

void arch_tick_start(word_t period_us) {
  (void)period_us;
}

void arch_tick_clear(void) {
  fake_arch.ticks_cleared++;
}

void arch_memory_barrier(void) {
}

void arch_lines_copy(void *to, const void *from, word_t lines,
                     struct arch_sums *sums) {
  memcpy(to, from, (size_t)lines * ARCH_LINE_BYTES);
  arch_lines_sum(to, lines, sums);
}

void arch_lines_sum(const void *from, word_t lines, struct arch_sums *sums) {
  const uint8_t *bytes = from;

  for (word_t line = 0; line < lines; line++) {
    for (word_t i = 0; i < ARCH_LINE_BYTES / 4; i++, bytes += 4) {
      uint32_t word;
      memcpy(&word, bytes, sizeof(word));
      sums->sum = arch_sum_word(sums->sum, word);
    }
    sums->sum_of_sums += sums->sum;
  }
}
