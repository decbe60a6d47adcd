/* SPDX-License-Identifier: BSD-2-Clause */
/* See fake_hooks.h. */
#include "harness/fake_hooks.h"

#include <setjmp.h>
#include <stdlib.h>

#define IRQ_MAX 8u

struct fake_hooks fake_hooks;

static jmp_buf out;
static word_t waiting[IRQ_MAX];
static word_t waiting_count;

void fake_hooks_reset(void) {
  fake_hooks = (struct fake_hooks){.verdict = INTERRUPT_DELIVER};
  waiting_count = 0;
}

void fake_hooks_raise(word_t irq) {
  if (waiting_count == IRQ_MAX)
    abort();
  waiting[waiting_count++] = irq;
}

enum fake_end fake_hooks_enter(void (*entry)(void)) {
  int end = setjmp(out);

  if (end != 0)
    return (enum fake_end)end;
  entry();
  return FAKE_END_USER;
}

void hook_boot(const struct boot_handover *handover) {
  (void)handover;
}

void hook_boot_done(void) {
}

void hook_kernel_entry(enum kernel_entry kind, word_t detail,
                       const struct context *context) {
  (void)context;
  fake_hooks.entries++;
  fake_hooks.entry_kind = kind;
  fake_hooks.entry_detail = detail;
}

void hook_kernel_exit(const struct context *context, paddr_t thread,
                      bool precise) {
  (void)context;
  (void)thread;
  fake_hooks.exits++;
  fake_hooks.exit_precise = precise;
}

enum interrupt_verdict hook_interrupt_taken(enum interrupted from) {
  if (from == INTERRUPTED_IDLE && fake_hooks.idle_spurious > 0) {
    fake_hooks.idle_spurious--;
    return INTERRUPT_NONE;
  }
  return fake_hooks.verdict;
}

word_t hook_interrupt_next(void) {
  word_t irq = waiting[0];

  if (waiting_count == 0)
    return IRQ_NONE;
  waiting_count--;
  for (word_t i = 0; i < waiting_count; i++)
    waiting[i] = waiting[i + 1];
  return irq;
}

void hook_idle(void) {
  if (fake_hooks.raise_when_idle != 0)
    fake_hooks_raise(fake_hooks.raise_when_idle);
  fake_hooks.raise_when_idle = 0;
  if (waiting_count == 0)
    longjmp(out, FAKE_END_IDLE);
}

bool hook_preemption_point(void) {
  if (fake_hooks.preempt_after == 0 || --fake_hooks.preempt_after > 0)
    return false;
  fake_hooks.preemptions++;
  return true;
}

void hook_object_update(enum object_update what, word_t a, word_t b) {
  (void)a;
  (void)b;
  fake_hooks.updates[what]++;
}

void hook_fastpath_served(word_t number, paddr_t thread, word_t info) {
  (void)number;
  (void)thread;
  (void)info;
  fake_hooks.served++;
}

bool hook_syscall(word_t number, struct context *context) {
  if (fake_hooks.extension == 0 || number != fake_hooks.extension)
    return false;
  context->reg[CONTEXT_R0] = 0;
  return true;
}

/* Only replica control makes copies of a kernel. */
enum kernel_entry hook_rejoin(const struct boot_handover *handover) {
  (void)handover;
  if (!fake_hooks.may_rejoin)
    longjmp(out, FAKE_END_PANIC);
  return KERNEL_ENTRY_SYSCALL;
}

bool hook_access_denied(vaddr_t address, word_t status) {
  (void)address;
  (void)status;
  return fake_hooks.retry_access;
}

void hook_user_write(paddr_t paddr) {
  fake_hooks.user_write = paddr;
}

void hook_memory_used(paddr_t start, paddr_t end) {
  (void)start;
  (void)end;
}

void hook_image_write(paddr_t paddr, word_t bytes) {
  fake_hooks.image_write = paddr;
  fake_hooks.image_written += bytes;
}

void hook_image_read(paddr_t paddr, word_t bytes) {
  fake_hooks.image_read = paddr;
  fake_hooks.image_taken += bytes;
}

void hook_imprecise_gone(void) {
  fake_hooks.imprecise_gone++;
}

bool hook_user_device_access(void) {
  return fake_hooks.device_access;
}

bool hook_user_access(struct context *context, vaddr_t address) {
  (void)address;
  context->reg[CONTEXT_PC] += fake_hooks.serve_access ? 4 : 0;
  return fake_hooks.serve_access;
}

word_t hook_device_read(paddr_t paddr, word_t width) {
  (void)paddr;
  (void)width;
  return 0;
}

void hook_device_write(paddr_t paddr, word_t width, word_t value) {
  (void)paddr;
  (void)width;
  (void)value;
}

uint64_t hook_event_time(uint64_t *signature) {
  *signature = 0x1122334455667788u;
  return fake_hooks.entries;
}

NORETURN void hook_panic(enum panic why) {
  (void)why;
  longjmp(out, FAKE_END_PANIC);
}

NORETURN void hook_halt(word_t code) {
  fake_hooks.halt_code = code;
  longjmp(out, FAKE_END_HALT);
}
