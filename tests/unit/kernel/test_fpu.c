/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/fpu.c: whose registers are in the hardware, and when. */
#include "kernel/fpu.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"

static struct tcb *a;
static struct tcb *b;

static void yield(void) {
  system_number(SYSCALL_YIELD);
}

/* a runs, b is ready behind it. */
static void start(void) {
  system_start();
  a = system_thread(100);
  b = system_thread(100);
  system_wake(a);
  system_wake(b);
  yield();
  if (sched_current == b)
    yield();
}

static enum err set_flags(word_t clear, word_t set) {
  return INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_FLAGS,
                .length = 2, .words = {clear, set});
}

static void registers_follow_the_thread(void) {
  start();
  fake_arch.fpu.d[5] = 11;
  yield();
  CHECK(sched_current == b && fake_arch.fpu.d[5] == 0 && a->fpu.d[5] == 11,
        "the next thread's are loaded, the last one's saved");
  fake_arch.fpu.d[5] = 22;
  fake_arch.fpu.fpscr = 3;
  yield();
  CHECK(fake_arch.fpu.d[5] == 11 && b->fpu.d[5] == 22 && b->fpu.fpscr == 3,
        "and back");
}

static void a_thread_without_access_leaves_them(void) {
  start();
  fake_arch.fpu.d[0] = 1;
  CHECK(set_flags(0, 1) == ERR_NONE && !fake_arch.fpu_enabled,
        "the flag counts at once");
  yield();
  CHECK(fake_arch.fpu_enabled && a->fpu.d[0] == 1,
        "its registers are saved when another one needs the hardware");
  fake_arch.fpu.d[0] = 2;
  yield();
  CHECK(!fake_arch.fpu_enabled && fake_arch.fpu.d[0] == 2,
        "it runs without, and nothing is exchanged");
  CHECK(set_flags(1, 0) == ERR_NONE && fake_arch.fpu_enabled &&
            fake_arch.fpu.d[0] == 1 && b->fpu.d[0] == 2,
        "allowed again, it has its own");
}

static void saving_changes_memory_only(void) {
  start();
  fake_arch.fpu.d[9] = 77;
  fpu_save();
  CHECK(a->fpu.d[9] == 77 && fake_arch.fpu.d[9] == 77, "both hold them");
  CHECK(set_flags(0, 1) == ERR_NONE, "without access");
  fake_arch.fpu.d[9] = 78;
  fpu_save();
  CHECK(a->fpu.d[9] == 78 && !fake_arch.fpu_enabled,
        "they are saved all the same");
  fake_arch.fpu = (struct fpu_context){.fpscr = 0};
  fpu_reload();
  CHECK(fake_arch.fpu.d[9] == 78 && !fake_arch.fpu_enabled,
        "a core that starts with copied memory loads them");
}

static void a_dead_thread_owns_nothing(void) {
  start();
  fake_arch.fpu.d[1] = 5;
  yield();
  fake_arch.fpu.d[1] = 6;
  CHECK(system_delete(SLOT_THREADS + 1) == ERR_NONE || true, "b is deleted");
  CHECK(sched_current == a && fake_arch.fpu.d[1] == 5, "a runs with its own");
  CHECK(b->fpu.d[1] == 0, "the dead thread's memory is not written");
}

static void an_imprecise_thread_is_saved_when_it_is_precise_again(void) {
  start();
  fake_hooks.verdict = INTERRUPT_IMPRECISE;
  system_interrupt(IRQ_TICK);
  CHECK(a->imprecise != 0, "imprecise");
  fake_arch.fpu.d[3] = 9;
  system_call(SYSCALL_NB_RECV, 0);
  CHECK(a->imprecise == 0 && a->fpu.d[3] == 9,
        "its TCB holds what the registers hold at that call");
}

static void nobodys_registers_are_not_saved(void) {
  start();
  thread_suspend(b);
  fpu_forget(a);
  fpu_save();
  fake_arch.fpu.d[2] = 7;
  fpu_reload();
  CHECK(a->fpu.d[2] == 0 && fake_arch.fpu.d[2] == 7,
        "without an owner nothing is stored or loaded");
}

static void replica_control_hears_of_an_imprecise_end(void) {
  start();
  fake_hooks.verdict = INTERRUPT_IMPRECISE;
  system_interrupt(IRQ_TICK);
  CHECK(sched_current == a && a->imprecise != 0, "imprecise");
  tcb_destroy(a);
  CHECK(fake_hooks.imprecise_gone == 1 && a->imprecise == 0,
        "a thread that ends so");
  sched_schedule();
}

int main(void) {
  registers_follow_the_thread();
  a_thread_without_access_leaves_them();
  saving_changes_memory_only();
  a_dead_thread_owns_nothing();
  an_imprecise_thread_is_saved_when_it_is_precise_again();
  replica_control_hears_of_an_imprecise_end();
  nobodys_registers_are_not_saved();
  return check_report("fpu");
}
