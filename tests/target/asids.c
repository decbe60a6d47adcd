/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * More address spaces than the hardware has ASIDs (256): one thread goes
 * through all of them, and must see each one's own page at the same address.
 */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#define SPACES 270u
#define CODE 0x40000000u
#define DATA 0x40001000u
#define SCRATCH 0x41000000u /* in the test's own address space */
#define ASKS 0x1234u        /* an unknown system call, which tells r0 */

static cptr_t spaces[SPACES];

static const word_t program[] = {
    0xe5900000, /* ldr r0, [r0] */
    0xe3017234, /* movw r7, #ASKS */
    0xef000000, /* svc #0 */
};

/* A fresh frame, mapped in the test's own address space at `address`. */
static cptr_t scratch_frame(vaddr_t address) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  space_map(ROOT_SLOT_VSPACE, frame, address, SPACE_DATA);
  return frame;
}

static cptr_t make_code(void) {
  cptr_t frame = scratch_frame(SCRATCH);
  for (size_t i = 0; i < sizeof program / sizeof program[0]; i++) {
    ((volatile word_t *)SCRATCH)[i] = program[i];
  }
  return frame;
}

/* Each has the code, and a page with its number. */
static void make_spaces(void) {
  cptr_t code = make_code();
  for (word_t i = 0; i < SPACES; i++) {
    spaces[i] = arena_space(); /* one behind the other: they are aligned */
  }
  for (word_t i = 0; i < SPACES; i++) {
    vaddr_t here = SCRATCH + (1 + i) * 0x1000;
    cptr_t data = scratch_frame(here);
    *(volatile word_t *)here = i;
    space_map(spaces[i], code, CODE, SPACE_TEXT);
    space_map(spaces[i], data, DATA, SPACE_CONSTANT);
  }
}

/* What the thread reads in a space. */
static word_t read_in(cptr_t space) {
  seL4_TCB_SetSpace(worker_tcb(0), worker_cap(0), ROOT, 0, space, 0);
  worker_run(0, (worker_entry *)CODE, DATA);
  struct worker_event event = worker_wait();
  bool asked = event.label == FAULT_UNKNOWN_SYSCALL && event.mr[12] == ASKS;
  return asked ? event.mr[0] : ~0u;
}

void test_asids(void) {
  bool upwards = true;
  bool downwards = true;
  workers_begin();
  worker_make(0);
  make_spaces();
  for (word_t i = 0; i < SPACES; i++) {
    upwards = upwards && read_in(spaces[i]) == i;
  }
  CHECK(upwards, "a thread sees 270 address spaces, each as it is");
  for (word_t i = SPACES; i-- > 0;) {
    downwards = downwards && read_in(spaces[i]) == i;
  }
  CHECK(downwards, "and the same on the way back");
  for (word_t i = 0; i < SPACES; i++) {
    arena_delete(spaces[i]);
  }
  cptr_t fresh = arena_space();
  seL4_TCB_SetSpace(worker_tcb(0), worker_cap(0), ROOT, 0, fresh, 0);
  worker_run(0, (worker_entry *)CODE, DATA);
  CHECK(worker_wait().label == FAULT_VM,
        "a new address space sees nothing of those that are gone");
}
