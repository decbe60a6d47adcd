/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/syscall.c, syscall_debug.c: entry, exit, calls outside the API.
 */
#include "kernel/syscall.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/fake_plat.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/event.h"

#include <string.h>

static struct tcb *tcb;

static void start(void) {
  system_start();
  tcb = system_thread(100);
  system_wake(tcb);
}

/* Registers that no system call may touch: all but r0 to r5. */
static void other_registers_are_preserved(void) {
  static const int numbers[] = {SYSCALL_CALL, SYSCALL_SEND, SYSCALL_NB_SEND,
                                SYSCALL_REPLY, SYSCALL_YIELD};
  struct context before;

  for (word_t i = 0; i < ARRAY_SIZE(numbers); i++) {
    start();
    for (word_t r = CONTEXT_R6; r <= CONTEXT_LR; r++)
      tcb->context.reg[r] = 1000 + r;
    before = tcb->context;
    system_call(numbers[i], SLOT_DOMAIN);
    for (word_t r = CONTEXT_R6; r <= CONTEXT_CPSR; r++)
      CHECK(r == CONTEXT_R7 || r == CONTEXT_PC ||
                tcb->context.reg[r] == before.reg[r],
            "a call changes no other register");
    for (word_t r = CONTEXT_R1; r <= CONTEXT_R5; r++)
      CHECK(numbers[i] == SYSCALL_CALL || tcb->context.reg[r] == before.reg[r],
            "sending changes none at all");
  }
}

static void the_hooks_see_every_entry_and_exit(void) {
  start();
  system_number(SYSCALL_YIELD);
  CHECK(fake_hooks.entries == 1 && fake_hooks.exits == 1, "once each");
  CHECK(fake_hooks.entry_kind == KERNEL_ENTRY_SYSCALL &&
            fake_hooks.entry_detail == (word_t)SYSCALL_YIELD,
        "with the number");
}

static void tls_base_goes_to_the_context(void) {
  start();
  system_call(SYSCALL_SET_TLS_BASE, 0x12340);
  CHECK(tcb->context.reg[CONTEXT_TPIDRURO] == 0x12340,
        "from where the vectors load it");
}

static void debug_calls_are_answered(void) {
  start();
  system_call(SYSCALL_DEBUG_PUT_CHAR, 0x100 | 'x');
  CHECK(fake_plat.last_char == 'x', "a character");
  system_call(SYSCALL_DEBUG_CAP_IDENTIFY, SLOT_CNODE);
  CHECK(system_badge(tcb) == 10, "a CNode is 10");
  system_call(SYSCALL_DEBUG_CAP_IDENTIFY, SLOT_FREE);
  CHECK(system_badge(tcb) == 0, "nothing is 0");
  system_call(SYSCALL_DEBUG_CAP_IDENTIFY, 0x100);
  CHECK(system_badge(tcb) == 0, "nowhere is 0");
  CHECK(system_call(SYSCALL_DEBUG_HALT, 3) == FAKE_END_HALT &&
            fake_hooks.halt_code == 3,
        "the end has a code");
}

static void threads_are_named(void) {
  struct event_record ring[EVENT_RING_RECORDS];

  start();
  memset(ring, 0, sizeof(ring));
  event_init(ring, 0);
  memcpy(system_buffer(tcb)->mr, "digest", 7);
  system_call(SYSCALL_DEBUG_NAME_THREAD, SLOT_THREADS);
  CHECK(memcmp(tcb->name, "digest", 7) == 0, "in the TCB");
  CHECK(ring[0].kind == EVENT_THREAD && ring[0].args[0] == arch_paddr(tcb) &&
            ring[0].args[1] != 0 && memcmp(ring[0].text, "digest", 7) == 0,
        "and in a record, with the address space");
  system_call(SYSCALL_DEBUG_NAME_THREAD, SLOT_CNODE);
  CHECK(ring[1].check == 0, "something else has no name");
  memset(system_buffer(tcb)->mr, 'x', sizeof(system_buffer(tcb)->mr));
  system_call(SYSCALL_DEBUG_NAME_THREAD, SLOT_THREADS);
  CHECK(ring[1].check == 0, "a name must end");
  system_wake(system_bare_thread(200));
  system_call(SYSCALL_DEBUG_NAME_THREAD, SLOT_THREADS);
  CHECK(ring[1].check == 0, "and needs a buffer");
  tcb_set_name(sched_current, "bare", 4);
  CHECK(ring[1].kind == EVENT_THREAD && ring[1].args[1] == 0,
        "a thread without address space has one all the same");
  event_init(NULL, 0);
}

static void extensions_come_before_the_fault(void) {
  start();
  fake_hooks.extension = (word_t)-64;
  CHECK(system_number(-64) == FAKE_END_USER && tcb->state == THREAD_RUNNING,
        "the hook serves its own numbers");
  CHECK(system_number(-65) == FAKE_END_IDLE && tcb->state == THREAD_INACTIVE,
        "others are faults");
}

static void strange_numbers_are_faults(void) {
  static const int numbers[] = {0, 1, 9, 0x7fffffff, -2147483647 - 1, -15, -29};

  for (word_t i = 0; i < ARRAY_SIZE(numbers); i++) {
    start();
    system_number(numbers[i]);
    CHECK(tcb->state == THREAD_INACTIVE, "without a handler the thread stops");
  }
}

static word_t seed;

static word_t random_below(word_t n) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

/* Arguments that often mean something: slots, depths, types, extremes. */
static word_t likely_word(void) {
  static const word_t likely[] = {0,  1,           2,      4,     5,
                                  16, 17,          32,     33,    34,
                                  40, 0xffffffffu, 0x1000, 0x200, 0xe0000000u};

  return likely[random_below(ARRAY_SIZE(likely))] + random_below(2);
}

static struct message random_message(void) {
  struct message message = {.to = random_below(48),
                            .label = random_below(INVOCATION_COUNT),
                            .length = random_below(12),
                            .cap_count = random_below(4)};

  for (word_t i = 0; i < message.length; i++)
    message.words[i] = likely_word();
  for (word_t i = 0; i < message.cap_count; i++)
    message.caps[i] = random_below(48);
  return message;
}

/* Threads that still exist go on, whatever stopped them. */
static void resume_all(void) {
  for (word_t i = 0; i < 3; i++) {
    struct cap cap = system_cap(SLOT_THREADS + i);

    if (cap.type == CAP_TCB)
      thread_resume(tcb_at(cap_tcb_paddr(&cap)));
  }
  sched_schedule();
}

/* One object of each type, and badged and read-only copies. */
static void make_objects(void) {
  for (word_t type = OBJECT_UNTYPED; type < OBJECT_SECTION; type++)
    CHECK(system_retype(type, type == OBJECT_UNTYPED ? 14 : 3, SLOT_FREE + type,
                        1) == ERR_NONE,
          "an object");
  CHECK(system_retype(OBJECT_PAGE_TABLE, 0, SLOT_FREE + 8, 1) == ERR_NONE &&
            system_mint(SLOT_FREE + 9, SLOT_FREE + OBJECT_ENDPOINT, 1) ==
                ERR_NONE &&
            system_mint(SLOT_FREE + 10, SLOT_FREE + OBJECT_NOTIFICATION, 2) ==
                ERR_NONE &&
            system_copy(SLOT_FREE + 11, SLOT_FREE + OBJECT_ENDPOINT,
                        RIGHT_READ) == ERR_NONE,
        "and more capabilities");
}

/* Random system calls on random capabilities by three threads. */
static void garbage_does_no_harm(void) {
  for (word_t run = 0; run < 1500; run++) {
    seed = run;
    start();
    make_objects();
    (void)system_thread(100);
    (void)system_thread(101);
    for (word_t i = 0; i < 150; i++) {
      struct message message = random_message();
      enum fake_end end;

      if (sched_current == NULL || random_below(8) == 0)
        resume_all();
      if (sched_current == NULL)
        break;
      fake_hooks.preempt_after = random_below(3);
      end = system_send(random_below(2) == 0 ? SYSCALL_CALL
                                             : -(int)(1 + random_below(8)),
                        &message);
      CHECK(end != FAKE_END_PANIC, "the kernel does not stop");
      CHECK(system_lists_are_sound(), "and keeps its lists");
    }
  }
}

static void stop_in_the_kernel(void) {
  kernel_exception(EXCEPTION_DATA_ABORT, 0x1000, 0xdead0000u, 0x805);
}

static void an_exception_of_the_kernel_is_recorded(void) {
  struct event_record ring[EVENT_RING_RECORDS];

  start();
  memset(ring, 0, sizeof(ring));
  event_init(ring, 0);
  CHECK(fake_hooks_enter(stop_in_the_kernel) == FAKE_END_PANIC,
        "it is the end");
  CHECK(ring[0].kind == EVENT_KERNEL_EXCEPTION && ring[0].args[1] == 0x1000 &&
            ring[0].args[2] == 0xdead0000u && ring[0].args[3] == 0x805,
        "with where, what address, and why");
  event_init(NULL, 0);
}

static void rejoin_in_call(void) {
  kernel_rejoin(KERNEL_ENTRY_SYSCALL);
}

static void rejoin_in_interrupt(void) {
  kernel_rejoin(KERNEL_ENTRY_INTERRUPT);
}

static void a_replica_that_comes_back_goes_on_with_the_call(void) {
  start();
  fake_arch.page_directory = 0;
  tcb->context.reg[CONTEXT_R7] = (word_t)SYSCALL_SET_TLS_BASE;
  tcb->context.reg[CONTEXT_R0] = 0x4440;
  CHECK(fake_hooks_enter(rejoin_in_call) == FAKE_END_USER &&
            tcb->context.reg[CONTEXT_TPIDRURO] == 0x4440,
        "in which the donor copied it");
  CHECK(fake_arch.page_directory != 0 && fake_arch.fpu_enabled,
        "on its own hardware");
  word_t exits = fake_hooks.exits;
  tcb->context.reg[CONTEXT_R0] = 0x5550;
  CHECK(fake_hooks_enter(rejoin_in_interrupt) == FAKE_END_USER &&
            tcb->context.reg[CONTEXT_TPIDRURO] == 0x4440 &&
            fake_hooks.entry_kind == KERNEL_ENTRY_INTERRUPT &&
            fake_hooks.exits == exits + 1,
        "or with the interrupt that stopped the thread");
  thread_suspend(tcb);
  sched_schedule();
  CHECK(fake_hooks_enter(rejoin_in_call) == FAKE_END_IDLE,
        "or idles, as the donor did");
}

static void an_access_done_by_the_hook_is_no_fault(void) {
  start();
  fake_hooks.retry_access = true;
  CHECK(system_vm_fault(0x1000, 0xf) == FAKE_END_USER &&
            tcb->state == THREAD_RUNNING && fake_hooks.entries == 0,
        "the thread goes on, and nothing was entered");
}

static void fetch_abort(void) {
  kernel_vm_fault(true, 0x8000, 5);
}

static void a_fetch_is_never_done_by_the_hook(void) {
  start();
  fake_hooks.retry_access = true;
  CHECK(fake_hooks_enter(fetch_abort) == FAKE_END_IDLE &&
            tcb->state == THREAD_INACTIVE && fake_hooks.entries == 1,
        "it is a fault");
}

static void idling_ends_with_an_interrupt_that_wakes_somebody(void) {
  start();
  CHECK(
      system_retype(OBJECT_NOTIFICATION, 0, SLOT_FREE, 1) == ERR_NONE &&
          INVOKE(.to = SLOT_IRQ_CONTROL, .label = INVOCATION_IRQ_ISSUE_HANDLER,
                 .length = 3, .words = {59, SLOT_FREE + 1, 32}, .cap_count = 1,
                 .caps = {SLOT_CNODE}) == ERR_NONE &&
          INVOKE(.to = SLOT_FREE + 1, .label = INVOCATION_IRQ_SET_NOTIFICATION,
                 .cap_count = 1, .caps = {SLOT_FREE}) == ERR_NONE,
      "a line with a notification");
  fake_hooks.raise_when_idle = 59;
  fake_hooks.idle_spurious = 2;
  CHECK(system_call(SYSCALL_RECV, SLOT_FREE) == FAKE_END_USER &&
            sched_current == tcb,
        "which comes when nobody runs");
}

int main(void) {
  other_registers_are_preserved();
  the_hooks_see_every_entry_and_exit();
  tls_base_goes_to_the_context();
  debug_calls_are_answered();
  threads_are_named();
  extensions_come_before_the_fault();
  strange_numbers_are_faults();
  garbage_does_no_harm();
  an_exception_of_the_kernel_is_recorded();
  a_replica_that_comes_back_goes_on_with_the_call();
  an_access_done_by_the_hook_is_no_fault();
  a_fetch_is_never_done_by_the_hook();
  idling_ends_with_an_interrupt_that_wakes_somebody();
  return check_report("syscall");
}
