/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults as messages, and what the answer does. */
#include "attempts.h"
#include "calls.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#include <string.h>

#define PLACE 0x40000000u
#define UNKNOWN_CALL 0x1234u
#define CPSR_USER 0x150u
#define STATUS_SECTION 0x5u /* translation fault, Arm ARM DDI 0406C B3-23 */
#define STATUS_PAGE 0x7u
#define STATUS_WRITE 0x800u

static word_t address_of(worker_entry *entry) {
  return (word_t)(uintptr_t)entry;
}

static bool nobody_comes(void) {
  workers_settle();
  return !worker_event_waits();
}

/* ---- cap faults ---------------------------------------------------------- */

static word_t waits(word_t event) {
  word_t word = 0;
  seL4_Wait(event, &word);
  return word;
}

static void cap_faults(void) {
  cptr_t slot = arena_slot();
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  worker_start(0, waits, slot);
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_CAP && fault.length == 5 && fault.mr[1] == slot,
        "receiving from an empty slot is a cap fault with the slot's address");
  seL4_CNode_Mint(ROOT, slot, ROOT_DEPTH, ROOT, event, ROOT_DEPTH,
                  seL4_AllRights, 12);
  seL4_Signal(slot);
  seL4_Reply(seL4_MessageInfo_new(99, 0, 0, 0));
  CHECK(worker_result(0) == 12,
        "the answer, whatever it says, lets the thread execute its call again");
}

/* ---- unknown system calls ------------------------------------------------ */

static struct registers registers;

/* @return 0 if all registers are as the handler has set them. */
static word_t calls_unknown(word_t number) {
  struct registers wanted;
  word_t sp;
  for (word_t i = 0; i < 13; i++) {
    registers.r[i] = 0x100 + i;
  }
  registers.r[7] = number;
  registers.lr = 0x114;
  registers.flags = 0x90000000;
  wanted = registers;
  for (word_t i = 0; i < 8; i++) {
    wanted.r[i] = 0x200 + i;
  }
  wanted.lr = 0x214;
  wanted.flags = 0x60000000;
  call_with(&registers, &sp);
  wanted.sp = sp;
  return (word_t)memcmp(&registers, &wanted, sizeof wanted);
}

static void unknown_call(void) {
  worker_start(0, calls_unknown, UNKNOWN_CALL);
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_UNKNOWN_SYSCALL && fault.length == 13,
        "an unknown system call is a fault with 13 words");
  bool same = fault.mr[7] == UNKNOWN_CALL;
  for (word_t i = 0; i < 7; i++) {
    same = same && fault.mr[i] == 0x100 + i;
  }
  CHECK(same, "words 0-7 are r0-r7");
  CHECK(fault.mr[10] == 0x114 && fault.mr[11] == (0x90000000 | CPSR_USER) &&
            fault.mr[12] == UNKNOWN_CALL,
        "then come IP, sp, lr, CPSR and the number");
  for (word_t i = 0; i < 8; i++) {
    seL4_SetMR((int)i, 0x200 + i);
  }
  seL4_SetMR(8, fault.mr[8] + 4); /* behind the svc */
  seL4_SetMR(9, fault.mr[9]);
  seL4_SetMR(10, 0x214);
  seL4_SetMR(11, 0x6000001f); /* system mode is asked for, not given */
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 12));
  CHECK(worker_result(0) == 0, "the answer sets these registers");
}

static void unknown_call_ends(void) {
  worker_run(0, calls_unknown, UNKNOWN_CALL);
  struct worker_event fault = worker_wait();
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));
  struct worker_event again = worker_wait();
  CHECK(again.mr[8] == fault.mr[8] && again.mr[0] == 0x100,
        "an empty answer has the call executed again");
  seL4_Reply(seL4_MessageInfo_new(1, 0, 0, 12));
  CHECK(nobody_comes(), "an answer with a label stops the thread");
}

/* ---- undefined instructions ---------------------------------------------- */

static void undefined(void) {
  worker_run(0, attempt_undefined, 77);
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_USER_EXCEPTION && fault.length == 5 &&
            fault.mr[0] == address_of(attempt_undefined),
        "an undefined instruction is a user exception at its address");
  CHECK(fault.mr[2] == CPSR_USER && fault.mr[3] == 0 && fault.mr[4] == 0,
        "with CPSR, number 0 and code 0");
  seL4_SetMR(0, fault.mr[0] + 4);
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
  CHECK(worker_result(0) == 77, "the answer can skip it");
  worker_run(0, attempt_undefined, 77);
  worker_wait();
  seL4_Reply(seL4_MessageInfo_new(1, 0, 0, 0));
  CHECK(nobody_comes(), "an answer with a label stops the thread");
}

static void undefined_in_thumb(void) {
  worker_run(0, attempt_undefined_thumb, 78);
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_USER_EXCEPTION &&
            fault.mr[0] == attempt_thumb_place(),
        "in Thumb state the address is exact as well");
}

/* ---- memory -------------------------------------------------------------- */

static bool is_vm_fault(const struct worker_event *fault, word_t ip,
                        word_t address) {
  return fault->label == FAULT_VM && fault->length == 4 && fault->mr[0] == ip &&
         fault->mr[1] == address;
}

static void memory_faults(void) {
  worker_run(0, attempt_read, PLACE + 8);
  struct worker_event fault = worker_wait();
  CHECK(is_vm_fault(&fault, address_of(attempt_read), PLACE + 8) &&
            fault.mr[2] == 0 && fault.mr[3] == STATUS_SECTION,
        "a read outside all page tables is a VM fault");
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  seL4_ARM_PageTable_Map(table, ROOT_SLOT_VSPACE, PLACE, VM_DEFAULT);
  worker_run(0, attempt_write, PLACE + 12);
  fault = worker_wait();
  CHECK(is_vm_fault(&fault, address_of(attempt_write), PLACE + 12) &&
            fault.mr[2] == 0 && fault.mr[3] == (STATUS_PAGE | STATUS_WRITE),
        "a write outside all pages is a VM fault, told as write");
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  seL4_ARM_Page_Map(frame, ROOT_SLOT_VSPACE, PLACE, seL4_ReadWrite, VM_DEFAULT);
  seL4_Reply(seL4_MessageInfo_new(5, 0, 0, 0));
  CHECK(worker_result(0) == PLACE + 12 && *(word_t *)(PLACE + 12) == PLACE + 12,
        "the answer, whatever it says, has the instruction executed again");
  worker_run(0, attempt_jump, PLACE + 0x2000);
  fault = worker_wait();
  CHECK(is_vm_fault(&fault, PLACE + 0x2000, PLACE + 0x2000) &&
            fault.mr[2] == 1 && fault.mr[3] == STATUS_PAGE,
        "a jump outside all pages is a VM fault, told as fetch");
}

/* ---- handlers ------------------------------------------------------------ */

static void queueing(void) {
  for (word_t i = 0; i < 3; i++) {
    worker_start(i, attempt_read, PLACE + 0x5000 + i * 16);
    workers_settle();
  }
  for (word_t i = 0; i < 3; i++) {
    struct worker_event fault = worker_wait();
    CHECK(fault.worker == i && fault.mr[1] == PLACE + 0x5000 + i * 16,
          "faults queue in the order in which they happen");
  }
}

static bool stops_with_handler(cptr_t handler) {
  EXPECT("a fault handler is any address",
         REQUEST(worker_tcb(3), TCB_SET_SPACE, CAPS(ROOT, ROOT_SLOT_VSPACE),
                 WORDS(handler, 0, 0)),
         ERR_NONE);
  worker_run(3, attempt_read, PLACE + 0x5000);
  return nobody_comes();
}

static void without_handler(void) {
  cptr_t endpoint = workers_endpoint();
  worker_make(3);
  CHECK(stops_with_handler(0), "without handler a fault stops the thread");
  CHECK(stops_with_handler(0xdead0000),
        "an address without slot is no handler");
  CHECK(stops_with_handler(ROOT), "a CNode is no handler");
  CHECK(stops_with_handler(memory_mint(endpoint, RIGHT_READ | RIGHT_GRANT, 0)),
        "an endpoint without Write is no handler");
  CHECK(stops_with_handler(memory_mint(endpoint, RIGHT_WRITE, 0)),
        "an endpoint without Grant and GrantReply is no handler");
}

static word_t receives(word_t endpoint) {
  struct rt_trap trap = {.r0 = endpoint};
  rt_trap(SYSCALL_RECV, &trap);
  return trap.r1;
}

static void without_buffer(void) {
  worker_make(4);
  REQUEST(worker_tcb(4), TCB_SET_IPC_BUFFER, CAPS(ROOT), WORDS(0));
  worker_run(4, receives, workers_endpoint());
  workers_settle();
  worker_start(5, calls_unknown, UNKNOWN_CALL);
  CHECK(worker_result(4) == MESSAGE_INFO(FAULT_UNKNOWN_SYSCALL, 0, 0, 4),
        "a handler without buffer gets the first four words");
}

void test_fault(void) {
  workers_begin();
  cap_faults();
  unknown_call();
  unknown_call_ends();
  undefined();
  undefined_in_thumb();
  memory_faults();
  queueing();
  without_handler();
  without_buffer();
}
