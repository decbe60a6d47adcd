/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program may try and must not get: each attempt ends in the fault that
 * is documented for it, or has no effect, and the kernel goes on. The
 * trespasser runs in a protected address space.
 */
#include "attempts.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#define STATUS_KIND 0x40fu
#define STATUS_ALIGNMENT 0x1u /* Arm ARM DDI 0406C B3-23 */
#define STATUS_DEBUG 0x2u
#define STATUS_PERMISSION 0xfu /* of a page */
#define STATUS_WRITE 0x800u
#define CPSR_MODE 0xffu
#define CPSR_USER 0x50u /* FIQ masked, IRQ not, ARM state, user mode */

static cptr_t space;

static word_t address_of(worker_entry *entry) {
  return (word_t)(uintptr_t)entry;
}

static struct worker_event attempt(worker_entry *entry, word_t argument) {
  worker_run(0, entry, argument);
  return worker_wait();
}

/* Was the address out of bounds? Translation, domain and permission faults,
 * of section or page. */
static bool is_outside(word_t status) {
  word_t kind = status & STATUS_KIND;
  return kind == 0x5 || kind == 0x7 || kind == 0x9 || kind == 0xb ||
         kind == 0xd || kind == 0xf;
}

static bool faults(worker_entry *entry, vaddr_t address) {
  struct worker_event event = attempt(entry, address);
  bool fetch = entry == attempt_jump;
  bool write = entry == attempt_write;
  word_t place = fetch ? address : address_of(entry);
  return event.label == FAULT_VM && event.mr[0] == place &&
         event.mr[1] == address && event.mr[2] == fetch &&
         is_outside(event.mr[3]) &&
         (event.mr[3] & STATUS_WRITE) == (write ? STATUS_WRITE : 0);
}

/* Addresses that no program owns; kernel/README has the kernel's map. */
static const vaddr_t foreign[] = {
    0x00000000, /* null */
    0x3ffffffc, /* unmapped */
    0xdffffffc, /* last user address */
    0xe0000000, /* kernel text */
    0xe0040000, /* kernel data */
    0xeffffffc, /* end of RAM window */
    0xf0000000, /* shared region, block of replica 0 */
    0xf0010000, /* and of replica 1 */
    0xf0100100, /* interrupt controller, CPU interface */
    0xf0220000, /* peripherals */
    0xf0400000, /* interrupt distributor */
    0xf1000000, /* RAM disk */
    0xffff0000, /* high vectors */
    0xfffffffc, /* last address */
};

static void addresses(void) {
  for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
    CHECK(faults(attempt_read, foreign[i]),
          "what is not the program's can not be read");
    CHECK(faults(attempt_write, foreign[i]),
          "what is not the program's can not be written");
    CHECK(faults(attempt_jump, foreign[i]),
          "what is not the program's can not be executed");
  }
}

static void own_memory(void) {
  static word_t data;
  struct worker_event event = attempt(attempt_write, address_of(attempt_write));
  CHECK(event.label == FAULT_VM && event.mr[1] == address_of(attempt_write) &&
            event.mr[3] == (STATUS_PERMISSION | STATUS_WRITE),
        "text can not be written");
  event = attempt(attempt_write, (word_t)(uintptr_t)foreign);
  CHECK(event.label == FAULT_VM &&
            event.mr[3] == (STATUS_PERMISSION | STATUS_WRITE),
        "constants can not be written");
  event = attempt(attempt_jump, (word_t)(uintptr_t)&data);
  CHECK(event.label == FAULT_VM && event.mr[2] == 1 &&
            event.mr[3] == STATUS_PERMISSION,
        "data can not be executed");
  event = attempt(attempt_jump, SPACE_STACK);
  CHECK(event.label == FAULT_VM && event.mr[2] == 1 &&
            event.mr[3] == STATUS_PERMISSION,
        "the stack can not be executed");
}

static void stack_overflow(void) {
  seL4_UserContext registers = worker_registers(0, attempt_push, 0);
  registers.sp = SPACE_STACK;
  seL4_TCB_WriteRegisters(worker_tcb(0), true, 0,
                          sizeof registers / sizeof(word_t), &registers);
  struct worker_event event = worker_wait();
  CHECK(event.label == FAULT_VM && event.mr[0] == address_of(attempt_push) &&
            event.mr[1] == SPACE_STACK - 4,
        "a stack that overflows meets unmapped memory");
}

static void alignment(void) {
  struct worker_event event = attempt(attempt_read, SPACE_STACK + 1);
  CHECK(event.label == WORKER_DONE, "an unaligned load is allowed");
  event = attempt(attempt_exclusive, SPACE_STACK + 1);
  CHECK(event.label == FAULT_VM && event.mr[1] == SPACE_STACK + 1 &&
            (event.mr[3] & STATUS_KIND) == STATUS_ALIGNMENT,
        "an unaligned exclusive load is an alignment fault");
  event = attempt(attempt_multiple, SPACE_STACK + 2);
  CHECK(event.label == FAULT_VM && event.mr[1] == SPACE_STACK + 2 &&
            (event.mr[3] & STATUS_KIND) == STATUS_ALIGNMENT,
        "an unaligned load of several words too");
}

static void instructions(void) {
  static worker_entry *const entries[] = {
      attempt_undefined,     attempt_monitor_call,    attempt_emulator_call,
      attempt_read_fpexc,    attempt_read_sctlr,      attempt_write_ttbr0,
      attempt_write_dacr,    attempt_write_vbar,      attempt_read_mpidr,
      attempt_read_cbar,     attempt_flush_tlb,       attempt_invalidate_cache,
      attempt_read_cycles,   attempt_enable_counters, attempt_write_tpidruro,
      attempt_read_tpidrprw, attempt_write_debug};
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
    struct worker_event event = attempt(entries[i], 0);
    CHECK(event.label == FAULT_USER_EXCEPTION &&
              event.mr[0] == address_of(entries[i]),
          "a privileged or undefined instruction is a user exception");
  }
  struct worker_event event = attempt(attempt_breakpoint, 0);
  CHECK(event.label == FAULT_VM && event.mr[0] == event.mr[1] &&
            event.mr[2] == 1 && event.mr[3] == STATUS_DEBUG,
        "a breakpoint instruction is a fault of its fetch");
}

static void without_effect(void) {
  CHECK((attempt(attempt_mask_interrupts, 0).mr[0] & CPSR_MODE) == CPSR_USER,
        "interrupts can not be masked");
  CHECK((attempt(attempt_supervisor, 0).mr[0] & CPSR_MODE) == CPSR_USER,
        "supervisor mode can not be entered");
}

static void hints(void) {
  CHECK(attempt(attempt_wait_for_event, 2).mr[0] == 2,
        "a program that waits for an event goes on");
  CHECK(attempt(attempt_send_event, 3).mr[0] == 3, "a program may send events");
  CHECK(attempt(attempt_preload, 0xe0000000).mr[0] == 0xe0000000,
        "preloading kernel memory does nothing");
  CHECK(attempt(attempt_big_endian, 4).mr[0] == 4,
        "big-endian data are the program's own business");
  struct worker_event event = attempt(attempt_semihosting, 0);
  CHECK(event.label == FAULT_UNKNOWN_SYSCALL && event.mr[12] == 0x18,
        "a call that emulators know is an unknown system call");
}

static void chosen_context(void) {
  seL4_UserContext registers = worker_registers(0, attempt_read, 0);
  registers.pc = 0xe0000000;
  registers.cpsr = 0xd3; /* supervisor mode */
  seL4_TCB_WriteRegisters(worker_tcb(0), true, 0,
                          sizeof registers / sizeof(word_t), &registers);
  struct worker_event event = worker_wait();
  CHECK(event.label == FAULT_VM && event.mr[1] == 0xe0000000 &&
            event.mr[2] == 1,
        "a thread that is set into the kernel faults there, in user mode");
}

void test_trespass(void) {
  workers_begin();
  space = space_protected();
  worker_make_in(0, space);
  addresses();
  own_memory();
  stack_overflow();
  alignment();
  instructions();
  without_effect();
  hints();
  chosen_context();
}

void test_sleep(void) {
  workers_begin();
  worker_make_in(0, space_protected());
  CHECK(attempt(attempt_wait_for_interrupt, 1).mr[0] == 1,
        "a program that waits for an interrupt goes on at the next one");
}
