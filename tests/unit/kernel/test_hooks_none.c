/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/hooks_none.c: the baseline takes interrupts and devices itself.
 */
#include "kernel/hooks.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/fake_plat.h"
#include "kernel/arch.h"
#include "kernel/plat.h"

#include <setjmp.h>

#define LINE 59u
#define SGI 3u

static jmp_buf out;

static void end(void) {
  longjmp(out, 1);
}

static const struct event_record *ring(void) {
  return (const struct event_record *)((uint8_t *)arch_shared_block(0) +
                                       SHARED_EVENTS_OFFSET);
}

static void start(void) {
  static const struct boot_handover handover = {
      .config = {.ram_size = FAKE_RAM_SIZE, .tick_us = 1000}};

  fake_arch_reset();
  fake_plat_end = end;
  hook_boot(&handover);
}

/* An interrupt exception with `iar` at the controller. */
static word_t interrupted_by(word_t iar) {
  fake_arch.acknowledged = iar;
  CHECK(hook_interrupt_taken(INTERRUPTED_USER) == INTERRUPT_DELIVER,
        "each one is delivered");
  return hook_interrupt_next();
}

static void boot_begins_the_recorder(void) {
  start();
  CHECK(ring()[0].kind == EVENT_BOOT && ring()[0].args[2] == FAKE_RAM_SIZE,
        "the first record says what was booted");
}

static void a_device_line_is_masked_and_ended(void) {
  start();
  CHECK(interrupted_by(0x400u | LINE) == LINE, "it is delivered");
  CHECK(fake_arch.last_masked == LINE && fake_arch.ended == (0x400u | LINE),
        "masked, and ended with all that was acknowledged");
  CHECK(hook_interrupt_next() == IRQ_NONE, "there is no other");
}

static void the_tick_is_cleared_at_its_source(void) {
  start();
  CHECK(interrupted_by(IRQ_TICK) == IRQ_TICK && fake_arch.ticks_cleared == 1 &&
            fake_arch.last_masked == 0,
        "and not masked");
}

static void others_of_the_core_are_ended_only(void) {
  start();
  CHECK(interrupted_by(SGI) == IRQ_NONE && fake_arch.ended == SGI,
        "nobody sends them here");
}

static void one_that_was_not_taken_waits_for_its_exception(void) {
  start();
  fake_arch.acknowledged = LINE;
  CHECK(hook_interrupt_next() == IRQ_NONE && fake_arch.acknowledged == LINE,
        "a system call leaves it to the way out");
  CHECK(interrupted_by(LINE) == LINE, "where it is taken");
}

static void a_preemption_point_keeps_what_it_took(void) {
  start();
  CHECK(!hook_preemption_point(), "nothing waits");
  fake_arch.acknowledged = LINE;
  CHECK(hook_preemption_point() && hook_preemption_point(), "something waits");
  fake_arch.acknowledged = LINE + 1;
  CHECK(hook_preemption_point() && fake_arch.acknowledged == LINE + 1,
        "one at a time");
  fake_arch.acknowledged = 1023;
  CHECK(hook_interrupt_next() == LINE, "and is delivered once");
  CHECK(hook_interrupt_next() == IRQ_NONE, "only");
}

static void devices_are_accessed_by_width(void) {
  start();
  hook_device_write(0x100, 4, 0x11223344u);
  CHECK(hook_device_read(0x100, 4) == 0x11223344u, "words");
  hook_device_write(0x101, 1, 0x4ffu);
  CHECK(hook_device_read(0x100, 4) == 0x1122ff44u, "bytes");
  hook_device_write(0x102, 2, 0x5abcdu);
  CHECK(hook_device_read(0x100, 2) == 0xff44u &&
            hook_device_read(0x102, 2) == 0xabcdu &&
            hook_device_read(0x103, 1) == 0xabu,
        "half-words");
  CHECK(fake_arch.devices_open == 0, "and the window is closed again");
}

static void what_devices_see_is_another_memory(void) {
  start();
  uint32_t *word = arch_ptr(RAM_BASE + 0x1000);
  *word = 7;
  hook_image_write(RAM_BASE + 0x1000, 4);
  CHECK(hook_device_read(RAM_BASE + 0x1000, 4) == 7,
        "they see what is written");
  hook_device_write(RAM_BASE + 0x1000, 4, 9);
  CHECK(*word == 7, "what they write is not seen");
  hook_image_read(RAM_BASE + 0x1000, 4);
  CHECK(*word == 9 && fake_arch.devices_open == 0, "until it is read");
}

static void time_is_the_count_of_entries(void) {
  uint64_t signature = 1;
  uint64_t before;

  start();
  before = hook_event_time(&signature);
  hook_kernel_entry(KERNEL_ENTRY_SYSCALL, 0, NULL);
  CHECK(hook_event_time(&signature) == before + 1 && signature == 0,
        "without a signature");
}

static void idling_waits_for_an_interrupt(void) {
  start();
  fake_arch.acknowledged = LINE;
  hook_idle();
  CHECK(fake_arch.waits == 1, "the core sleeps");
  CHECK(hook_interrupt_taken(INTERRUPTED_IDLE) == INTERRUPT_DELIVER &&
            hook_interrupt_next() == LINE,
        "and what woke it is delivered");
}

/* Without replicas nobody compares, and nobody else serves a call. */
static void the_rest_is_nothing(void) {
  struct context context = {.reg = {[CONTEXT_R0] = 5}};
  struct fake_arch before;

  start();
  hook_boot_done();
  CHECK(ring()[1].kind == EVENT_READY, "the end of boot is recorded");
  before = fake_arch;
  hook_kernel_exit(&context, RAM_BASE, true);
  hook_object_update(UPDATE_RETYPE, 1, 2);
  hook_user_write(RAM_BASE);
  hook_memory_used(RAM_BASE, RAM_BASE + 1);
  hook_imprecise_gone();
  hook_fastpath_served(1, RAM_BASE, 0);
  CHECK(fake_arch.flushes == before.flushes &&
            fake_arch.ended == before.ended && ring()[2].check == 0,
        "updates change nothing");
  CHECK(!hook_syscall((word_t)-64, &context) && context.reg[CONTEXT_R0] == 5,
        "there are no calls of its own");
  CHECK(!hook_access_denied(0x1000, 0xf) && !hook_user_access(&context, 0x1000),
        "no access is done for a thread");
  CHECK(hook_user_device_access(), "user mode reaches its devices itself");
}

static void nobody_is_copied(void) {
  static const struct boot_handover handover = {.magic = BOOT_HANDOVER_REJOIN};

  start();
  if (setjmp(out) == 0)
    hook_rejoin(&handover);
  CHECK(fake_plat.status == PLAT_STATUS_REFUSED, "so nobody can come back");
}

static void the_ends_have_their_status(void) {
  start();
  if (setjmp(out) == 0)
    hook_halt(7);
  CHECK(fake_plat.status == PLAT_STATUS_EXIT && ring()[1].kind == EVENT_EXIT &&
            ring()[1].args[0] == 7,
        "an ordered end is recorded");
  if (setjmp(out) == 0)
    hook_panic(PANIC_EXCEPTION);
  CHECK(fake_plat.status == PLAT_STATUS_PANIC, "a panic has its own status");
}

int main(void) {
  boot_begins_the_recorder();
  a_device_line_is_masked_and_ended();
  the_tick_is_cleared_at_its_source();
  others_of_the_core_are_ended_only();
  one_that_was_not_taken_waits_for_its_exception();
  a_preemption_point_keeps_what_it_took();
  devices_are_accessed_by_width();
  what_devices_see_is_another_memory();
  time_is_the_count_of_entries();
  idling_waits_for_an_interrupt();
  the_rest_is_nothing();
  nobody_is_copied();
  the_ends_have_their_status();
  return check_report("hooks_none");
}
