/* SPDX-License-Identifier: BSD-2-Clause */
/* TCB invocations: registers, spaces, priorities, suspend and resume. */
#include "calls.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#include <string.h>

#define REGISTERS 19
#define CPSR_INDEX 2
#define CPSR_USER 0x150u /* user mode, ARM state, A and F masked */
#define CPSR_FLAGS 0xf8000000u

static cptr_t tcb;

/* ---- registers ----------------------------------------------------------- */

static void fresh(void) {
  word_t registers[REGISTERS];
  word_t rest = 0;
  cptr_t other = arena_make(OBJECT_TCB, 0);
  seL4_TCB_ReadRegisters(other, false, 0, REGISTERS,
                         (seL4_UserContext *)registers);
  for (word_t i = 0; i < REGISTERS; i++) {
    rest |= i == CPSR_INDEX ? 0 : registers[i];
  }
  CHECK(rest == 0 && registers[CPSR_INDEX] == CPSR_USER,
        "the registers of a new thread are 0, its CPSR is user mode");
}

static void fill(word_t registers[REGISTERS], word_t seed) {
  for (word_t i = 0; i < REGISTERS; i++) {
    registers[i] = seed + i * 0x01010101u;
  }
}

static void write_and_read(void) {
  word_t out[REGISTERS];
  word_t in[REGISTERS];
  fill(out, 0x1000);
  out[CPSR_INDEX] = 0xffffffff;
  seL4_TCB_WriteRegisters(tcb, false, 0, REGISTERS, (seL4_UserContext *)out);
  seL4_TCB_ReadRegisters(tcb, false, 0, REGISTERS, (seL4_UserContext *)in);
  CHECK(in[CPSR_INDEX] == (CPSR_FLAGS | CPSR_USER),
        "of a written CPSR only the flags are kept");
  in[CPSR_INDEX] = out[CPSR_INDEX];
  CHECK(memcmp(in, out, sizeof in) == 0, "registers are read as written");
  word_t few[2] = {4, 8};
  seL4_TCB_WriteRegisters(tcb, false, 0, 2, (seL4_UserContext *)few);
  seL4_TCB_ReadRegisters(tcb, false, 0, REGISTERS, (seL4_UserContext *)in);
  CHECK(in[0] == 4 && in[1] == 8 && in[3] == out[3],
        "WriteRegisters of two words leaves the other registers");
}

#define COPY(flags) REQUEST(tcb, TCB_COPY_REGISTERS, CAPS(source), WORDS(flags))

static void copy_registers(void) {
  cptr_t source = arena_make(OBJECT_TCB, 0);
  word_t of_source[REGISTERS];
  word_t old[REGISTERS];
  word_t in[REGISTERS];
  fill(of_source, 0x77770000);
  seL4_TCB_WriteRegisters(source, false, 0, REGISTERS,
                          (seL4_UserContext *)of_source);
  seL4_TCB_ReadRegisters(tcb, false, 0, REGISTERS, (seL4_UserContext *)old);
  EXPECT("the integer registers can be copied", COPY(1u << 3), ERR_NONE);
  seL4_TCB_ReadRegisters(tcb, false, 0, REGISTERS, (seL4_UserContext *)in);
  CHECK(memcmp(in, old, 10 * sizeof in[0]) == 0 &&
            memcmp(in + 10, of_source + 10, 9 * sizeof in[0]) == 0,
        "then the frame registers stay");
  EXPECT("the frame registers can be copied", COPY(1u << 2), ERR_NONE);
  seL4_TCB_ReadRegisters(tcb, false, 0, REGISTERS, (seL4_UserContext *)in);
  CHECK(memcmp(in + 3, of_source + 3, 16 * sizeof in[0]) == 0 &&
            in[0] == of_source[0],
        "then all are copied");
}

static void register_errors(void) {
  EXPECT("ReadRegisters needs two words",
         REQUEST(tcb, TCB_READ_REGISTERS, WORDS(0)), ERR_TRUNCATED_MESSAGE);
  EXPECT("reading no register is out of range",
         REQUEST(tcb, TCB_READ_REGISTERS, WORDS(0, 0)), ERR_RANGE,
         WORDS(1, REGISTERS));
  EXPECT("reading 20 registers is out of range",
         REQUEST(ROOT_SLOT_TCB, TCB_READ_REGISTERS, WORDS(0, 20)), ERR_RANGE,
         WORDS(1, REGISTERS));
  EXPECT("a thread can not read itself",
         REQUEST(ROOT_SLOT_TCB, TCB_READ_REGISTERS, WORDS(0, 1)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("WriteRegisters needs as many words as it says",
         REQUEST(tcb, TCB_WRITE_REGISTERS, WORDS(0, 3, 1, 2)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("a thread can not write itself",
         REQUEST(ROOT_SLOT_TCB, TCB_WRITE_REGISTERS, WORDS(0, 0)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("registers are copied from threads only",
         REQUEST(tcb, TCB_COPY_REGISTERS, CAPS(ROOT), WORDS(0)),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("CopyRegisters needs its source",
         REQUEST(tcb, TCB_COPY_REGISTERS, WORDS(0)), ERR_TRUNCATED_MESSAGE);
}

/* ---- spaces -------------------------------------------------------------- */

#define CONFIGURE(cspace, vspace, address, frame)                              \
  REQUEST(tcb, TCB_CONFIGURE, CAPS(cspace, vspace, frame),                     \
          WORDS(0, 0, 0, address))

static void configure_errors(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t pd = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  cptr_t space = ROOT_SLOT_VSPACE;
  EXPECT("Configure needs four words",
         REQUEST(tcb, TCB_CONFIGURE, CAPS(ROOT, space, frame), WORDS(0, 0, 0)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("Configure needs three caps",
         REQUEST(tcb, TCB_CONFIGURE, CAPS(ROOT, space), WORDS(0, 0, 0, 0)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("the buffer's address is a multiple of 512",
         CONFIGURE(frame, frame, 0x10100, frame), ERR_ALIGNMENT);
  EXPECT("the buffer is a frame", CONFIGURE(frame, frame, 0x10100, ROOT),
         ERR_ILLEGAL_OPERATION);
  EXPECT("the buffer is no device",
         CONFIGURE(ROOT, space, 0x10000, device_frame()),
         ERR_ILLEGAL_OPERATION);
  EXPECT("the CSpace is a CNode", CONFIGURE(frame, space, 0x10000, frame),
         ERR_ILLEGAL_OPERATION);
  EXPECT("the VSpace is a page directory", CONFIGURE(ROOT, frame, 0, ROOT),
         ERR_ILLEGAL_OPERATION);
  EXPECT("the VSpace has an ASID", CONFIGURE(ROOT, pd, 0, ROOT),
         ERR_ILLEGAL_OPERATION);
  EXPECT("a guard that leaves no room for the radix is refused",
         REQUEST(tcb, TCB_SET_SPACE, CAPS(ROOT, space), WORDS(0, 31u << 3, 0)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("without buffer its cap may be anything",
         CONFIGURE(ROOT, space, 0, ROOT), ERR_NONE);
  EXPECT("with a frame there is a buffer",
         CONFIGURE(ROOT, space, 0x10200, frame), ERR_NONE);
  EXPECT("SetIPCBuffer with address 0 takes it away",
         REQUEST(tcb, TCB_SET_IPC_BUFFER, CAPS(ROOT), WORDS(0)), ERR_NONE);
}

/* A TCB whose CSpace slot holds the last cap of a CNode. */
static void last_cspace(void) {
  cptr_t cnode = arena_make(OBJECT_CNODE, 4);
  cptr_t spare = arena_make(OBJECT_TCB, 0);
  cptr_t space = ROOT_SLOT_VSPACE;
  EXPECT("a thread gets a CNode",
         REQUEST(spare, TCB_SET_SPACE, CAPS(cnode, space), WORDS(0, 0, 0)),
         ERR_NONE);
  arena_delete(cnode);
  EXPECT("if it is the CNode's last cap, it can not be replaced",
         REQUEST(spare, TCB_SET_SPACE, CAPS(ROOT, space), WORDS(0, 0, 0)),
         ERR_ILLEGAL_OPERATION);
}

/* ---- priorities ---------------------------------------------------------- */

static void priorities(void) {
  cptr_t authority = arena_make(OBJECT_TCB, 0);
  EXPECT("the authority is a thread",
         REQUEST(tcb, TCB_SET_PRIORITY, CAPS(ROOT), WORDS(1)),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("the authority must be there",
         REQUEST(tcb, TCB_SET_PRIORITY, WORDS(1)), ERR_TRUNCATED_MESSAGE);
  EXPECT("a new thread has no authority",
         REQUEST(tcb, TCB_SET_PRIORITY, CAPS(authority), WORDS(1)), ERR_RANGE,
         WORDS(0, 0));
  EXPECT(
      "the maximum can be given up to one's own",
      REQUEST(authority, TCB_SET_MC_PRIORITY, CAPS(ROOT_SLOT_TCB), WORDS(20)),
      ERR_NONE);
  EXPECT("with it priorities up to it can be given",
         REQUEST(tcb, TCB_SET_PRIORITY, CAPS(authority), WORDS(20)), ERR_NONE);
  EXPECT("but none above",
         REQUEST(tcb, TCB_SET_PRIORITY, CAPS(authority), WORDS(21)), ERR_RANGE,
         WORDS(0, 20));
  EXPECT("priorities are compared as words",
         REQUEST(tcb, TCB_SET_PRIORITY, CAPS(authority), WORDS(0x100)),
         ERR_RANGE, WORDS(0, 20));
  EXPECT("of two wrong priorities the maximum is seen first",
         REQUEST(tcb, TCB_SET_SCHED_PARAMS, CAPS(authority), WORDS(30, 40)),
         ERR_RANGE, WORDS(0, 20));
  EXPECT("SetSchedParams sets both",
         REQUEST(tcb, TCB_SET_SCHED_PARAMS, CAPS(authority), WORDS(5, 6)),
         ERR_NONE);
}

static void others(void) {
  EXPECT("SetTLSBase needs an address", REQUEST(tcb, TCB_SET_TLS_BASE),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("SetTLSBase sets it", REQUEST(tcb, TCB_SET_TLS_BASE, WORDS(0x4440)),
         ERR_NONE);
  seL4_UserContext in;
  seL4_TCB_ReadRegisters(tcb, false, 0, REGISTERS, &in);
  CHECK(in.tpidruro == 0x4440, "TPIDRURO is read as set");
  EXPECT("SetFlags sets flag 0 only",
         REQUEST(tcb, TCB_SET_FLAGS, WORDS(0, ~0u)), ERR_NONE, WORDS(1));
  EXPECT("SetFlags clears it", REQUEST(tcb, TCB_SET_FLAGS, WORDS(1, 0)),
         ERR_NONE, WORDS(0));
  EXPECT("a label that no TCB knows is illegal", REQUEST(tcb, CNODE_COPY),
         ERR_ILLEGAL_OPERATION);
}

/* ---- suspend and resume -------------------------------------------------- */

static volatile word_t counter;

static word_t counts(word_t event) {
  while (counter < 100) {
    seL4_Wait(event, NULL);
    counter++;
  }
  return 0;
}

static void suspending(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  worker_start(0, counts, event);
  workers_settle();
  seL4_TCB_Suspend(worker_tcb(0));
  seL4_Signal(event);
  workers_settle();
  CHECK(counter == 0, "a suspended thread does not run");
  seL4_Poll(event, NULL);
  seL4_TCB_Resume(worker_tcb(0));
  workers_settle();
  seL4_Signal(event);
  workers_settle();
  CHECK(counter == 1, "a resumed thread executes its system call again");
  seL4_TCB_Resume(worker_tcb(0));
  seL4_Signal(event);
  workers_settle();
  CHECK(counter == 2, "a blocked thread that is resumed goes on waiting");
  arena_delete(worker_tcb(0));
  seL4_Signal(event);
  workers_settle();
  CHECK(counter == 2, "a thread whose TCB is deleted does not run");
}

static word_t suspends_itself(word_t argument) {
  seL4_TCB_Suspend(worker_tcb(1));
  return argument;
}

static void suspending_oneself(void) {
  worker_start(1, suspends_itself, 5);
  workers_settle();
  CHECK(!worker_event_waits(), "a thread can suspend itself");
}

static word_t deletes_itself(word_t argument) {
  arena_delete(worker_tcb(2));
  return argument;
}

static void deleting_oneself(void) {
  worker_start(2, deletes_itself, 0);
  workers_settle();
  CHECK(!worker_event_waits() && cap_kind(worker_tcb(2)) == KIND_NULL,
        "a thread that deletes its own TCB just stops");
}

void test_thread(void) {
  workers_begin();
  counter = 0;
  tcb = arena_make(OBJECT_TCB, 0);
  fresh();
  write_and_read();
  copy_registers();
  register_errors();
  configure_errors();
  last_cspace();
  priorities();
  others();
  suspending();
  suspending_oneself();
  deleting_oneself();
}
