/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The unprotected baseline: every hook does directly what its name says, with
 * no other replica to ask.
 */
#include "kernel/hooks.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/event.h"
#include "kernel/plat.h"
#include "kernel/running.h"

#define IAR_IRQ_MASK 0x3ffu
#define FIRST_SHARED_IRQ 32u
#define LIVE_MASK 1u

static uint64_t kernel_entries;
static word_t held_irq = IRQ_NONE; /* taken by a preemption point */
static bool waiting;               /* an interrupt may be there to deliver */

/* And those that the fast path has served since. */
static void count_entries(word_t count) {
  kernel_entries += count + running.served_fast;
  running.served_fast = 0;
}

void hook_boot(const struct boot_handover *handover) {
  const struct boot_config *config = &handover->config;
  const word_t args[4] = {1, VOTING_OFF, config->ram_size, config->stride};
  volatile uint8_t *block = arch_shared_block(handover->replica);

  event_init(block + SHARED_EVENTS_OFFSET, handover->replica);
  event_write(EVENT_BOOT, args, "baseline");
  arch_tick_start(config->tick_us);
}

void hook_boot_done(void) {
  event_write(EVENT_READY, NULL, NULL);
}

void hook_kernel_entry(enum kernel_entry kind, word_t detail,
                       const struct context *context) {
  (void)kind;
  (void)detail;
  (void)context;
  count_entries(1);
}

void hook_kernel_exit(const struct context *context, paddr_t thread,
                      bool precise) {
  (void)context;
  (void)thread;
  (void)precise;
}

enum interrupt_verdict hook_interrupt_taken(enum interrupted from) {
  (void)from;
  waiting = true;
  return INTERRUPT_DELIVER;
}

/*
 * Acknowledge, silence and end one interrupt, so that a level-triggered line
 * does not come again at once (GIC IHI 0048, 3.2).
 */
static word_t take_interrupt(void) {
  word_t iar = arch_irq_acknowledge();
  word_t irq = iar & IAR_IRQ_MASK;

  while (irq < IRQ_COUNT) {
    if (irq == IRQ_TICK)
      arch_tick_clear();
    else if (irq >= FIRST_SHARED_IRQ)
      arch_irq_mask(irq);
    arch_irq_end(iar);
    if (irq == IRQ_TICK || irq >= FIRST_SHARED_IRQ)
      return irq;
    iar = arch_irq_acknowledge();
    irq = iar & IAR_IRQ_MASK;
  }
  return IRQ_NONE;
}

static OUT_OF_LINE word_t next_waiting(void) {
  word_t irq = held_irq;

  held_irq = IRQ_NONE;
  if (irq == IRQ_NONE)
    irq = take_interrupt();
  waiting = irq != IRQ_NONE;
  return irq;
}

/*
 * Those that come while the kernel works are taken when it is left: asking the
 * controller at each system call would cost more than it saves.
 */
word_t hook_interrupt_next(void) {
  return waiting ? next_waiting() : IRQ_NONE;
}

void hook_idle(void) {
  arch_wait_for_interrupt();
}

bool hook_preemption_point(void) {
  if (held_irq == IRQ_NONE)
    held_irq = take_interrupt();
  waiting = waiting || held_irq != IRQ_NONE;
  return held_irq != IRQ_NONE;
}

void hook_object_update(enum object_update what, word_t a, word_t b) {
  (void)what;
  (void)a;
  (void)b;
}

void hook_fastpath_served(word_t number, paddr_t thread, word_t info) {
  (void)number;
  (void)thread;
  (void)info;
}

bool hook_syscall(word_t number, struct context *context) {
  (void)number;
  (void)context;
  return false;
}

bool hook_access_denied(vaddr_t address, word_t status) {
  (void)address;
  (void)status;
  return false;
}

void hook_user_write(paddr_t paddr) {
  (void)paddr;
}

void hook_memory_used(paddr_t start, paddr_t end) {
  (void)start;
  (void)end;
}

void hook_imprecise_gone(void) {
}

/* Nobody copies an unprotected system. */
enum kernel_entry hook_rejoin(const struct boot_handover *handover) {
  (void)handover;
  plat_power_off(PLAT_STATUS_REFUSED);
}

bool hook_user_device_access(void) {
  return true;
}

bool hook_user_access(struct context *context, vaddr_t address) {
  (void)context;
  (void)address;
  return false;
}

word_t hook_device_read(paddr_t paddr, word_t width) {
  volatile void *address = arch_device_ptr(paddr);
  word_t value;

  kernel_assert(address != NULL);
  arch_devices_open();
  if (width == 1)
    value = *(volatile uint8_t *)address;
  else if (width == 2)
    value = *(volatile uint16_t *)address;
  else
    value = *(volatile uint32_t *)address;
  arch_devices_close();
  return value;
}

void hook_device_write(paddr_t paddr, word_t width, word_t value) {
  volatile void *address = arch_device_ptr(paddr);

  kernel_assert(address != NULL);
  arch_devices_open();
  if (width == 1)
    *(volatile uint8_t *)address = (uint8_t)value;
  else if (width == 2)
    *(volatile uint16_t *)address = (uint16_t)value;
  else
    *(volatile uint32_t *)address = value;
  arch_devices_close();
}

/* Normal memory on both sides, so any instruction may copy it. */
static void image_copy(paddr_t paddr, word_t bytes, bool write) {
  void *image = (void *)(uintptr_t)arch_device_ptr(paddr);

  arch_devices_open();
  if (write)
    __builtin_memcpy(image, arch_ptr(paddr), bytes);
  else
    __builtin_memcpy(arch_ptr(paddr), image, bytes);
  arch_devices_close();
}

void hook_image_write(paddr_t paddr, word_t bytes) {
  image_copy(paddr, bytes, true);
}

void hook_image_read(paddr_t paddr, word_t bytes) {
  image_copy(paddr, bytes, false);
}

uint64_t hook_event_time(uint64_t *signature) {
  *signature = 0;
  count_entries(0);
  return kernel_entries;
}

NORETURN void hook_panic(enum panic why) {
  (void)why;
  plat_power_off(PLAT_STATUS_PANIC);
}

NORETURN void hook_halt(word_t code) {
  const word_t args[4] = {code, LIVE_MASK};

  event_write(EVENT_EXIT, args, NULL);
  plat_power_off(PLAT_STATUS_EXIT);
}
