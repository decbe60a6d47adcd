/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which registers each system call writes; every other register must stay as
 * it is, whatever happens in between.
 */
#include "abi/invocation.h"
#include "calls.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define PATTERN(i) (0xa5000000u | (i) << 16 | (i))
#define PATTERN_FLAGS 0xa8000000u /* N, C, Q */

/* One call, before and after. */
struct probe {
  struct registers before;
  struct registers after;
};

/* Every register holds a pattern of its own, but the call's arguments. */
static void probe_call(struct probe *probe, enum syscall number, cptr_t cap,
                       word_t info) {
  struct registers *before = &probe->before;
  for (word_t i = 0; i < 13; i++) {
    before->r[i] = PATTERN(i);
  }
  before->r[0] = cap;
  before->r[1] = info;
  before->r[7] = (word_t)number;
  before->lr = PATTERN(14u);
  before->flags = PATTERN_FLAGS;
  probe->after = *before;
  call_with(&probe->after, &before->sp);
}

/* Set of registers that differ. */
static word_t changed(const struct probe *probe) {
  const word_t *before = (const word_t *)&probe->before;
  const word_t *after = (const word_t *)&probe->after;
  word_t set = 0;
  for (word_t i = 0; i < sizeof probe->before / sizeof(word_t); i++) {
    set |= (word_t)(before[i] != after[i]) << i;
  }
  return set;
}

static word_t changed_by(enum syscall number, cptr_t cap, word_t info) {
  struct probe probe;
  probe_call(&probe, number, cap, info);
  return changed(&probe);
}

static void sending(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  CHECK(changed_by(SYSCALL_YIELD, 0, 0) == 0, "Yield changes no register");
  CHECK(changed_by(SYSCALL_NB_SEND, endpoint, 4) == 0,
        "NBSend that nobody takes changes no register");
  CHECK(changed_by(SYSCALL_NB_SEND, ~0u, 4) == 0,
        "NBSend to an address without slot changes no register");
  CHECK(changed_by(SYSCALL_SEND, event, 0) == 0,
        "Send to a notification changes no register");
  CHECK(changed_by(SYSCALL_SEND, 0, 0) == 0,
        "Send to an empty slot changes no register");
  CHECK(changed_by(SYSCALL_REPLY, 0, 4) == 0,
        "Reply to nobody changes no register");
}

static void invoking(void) {
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  struct probe probe;
  probe_call(&probe, SYSCALL_CALL, tcb,
             MESSAGE_INFO(INVOCATION_TCB_SUSPEND, 0, 0, 0));
  CHECK(changed(&probe) == (BIT(0) | BIT(1)) && probe.after.r[0] == 0 &&
            probe.after.r[1] == 0,
        "a Call without result writes 0 to r0 and r1 and nothing else");
  probe_call(&probe, SYSCALL_CALL, frame,
             MESSAGE_INFO(INVOCATION_PAGE_GET_ADDRESS, 0, 0, 0));
  CHECK(changed(&probe) == (BIT(0) | BIT(1) | BIT(2)) &&
            probe.after.r[1] == MESSAGE_INFO(ERR_NONE, 0, 0, 1),
        "a Call with one word of result writes r0, r1, r2");
  probe_call(&probe, SYSCALL_CALL, 0, MESSAGE_INFO(1, 0, 0, 0));
  CHECK(changed(&probe) == (BIT(1) | BIT(2)) && probe.after.r[2] == 0 &&
            probe.after.r[1] == MESSAGE_INFO(ERR_INVALID_CAPABILITY, 0, 0, 1),
        "a refused Call writes r0 (here 0), r1 and the words of the error");
}

static void receiving_nothing(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t badged = memory_mint(event, RIGHTS_ALL, 0x55);
  struct probe probe;
  probe_call(&probe, SYSCALL_NB_RECV, endpoint, 0xabc);
  CHECK(changed(&probe) == BIT(0) && probe.after.r[0] == 0,
        "NBRecv that finds no message writes 0 to r0 only");
  probe_call(&probe, SYSCALL_NB_RECV, event, 0xabc);
  CHECK(changed(&probe) == BIT(0) && probe.after.r[0] == 0,
        "NBRecv of an idle notification writes 0 to r0 only");
  seL4_Signal(badged);
  probe_call(&probe, SYSCALL_RECV, event, 0xabc);
  CHECK(changed(&probe) == BIT(0) && probe.after.r[0] == 0x55,
        "a signal is received in r0 only");
}

static word_t sends_two_words(word_t endpoint) {
  struct rt_trap trap = {
      .r0 = endpoint, .r1 = MESSAGE_INFO(9, 0, 0, 2), .mr = {71, 72, 73, 74}};
  rt_trap(SYSCALL_SEND, &trap);
  return 0;
}

static void receiving(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t badged = memory_mint(endpoint, RIGHTS_ALL, 0x66);
  struct probe probe;
  worker_start(0, sends_two_words, badged);
  probe_call(&probe, SYSCALL_RECV, endpoint, 0xabc);
  CHECK(probe.after.r[0] == 0x66, "the badge of a message arrives in r0");
  CHECK(probe.after.r[1] == MESSAGE_INFO(9, 0, 0, 2),
        "label and length of a message arrive in r1");
  CHECK(probe.after.r[2] == 71 && probe.after.r[3] == 72,
        "the words of a message arrive in r2 and r3");
  CHECK(changed(&probe) == (BIT(0) | BIT(1) | BIT(2) | BIT(3)),
        "a message of two words writes r0-r3 only, over a thread switch");
  worker_result(0);
}

/* A worker that blocks with a pattern in all its registers. */
static word_t blocks_with_pattern(word_t event) {
  struct probe probe;
  call_write_tpidrurw(0x1234567);
  probe_call(&probe, SYSCALL_RECV, event, 0xabc);
  if (call_read_tpidrurw() != 0x1234567) {
    return ~0u;
  }
  return changed(&probe);
}

static void blocking(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  call_write_tpidrurw(0x89abcdef);
  for (word_t i = 0; i < 3; i++) {
    worker_start(i, blocks_with_pattern, event);
    workers_settle();
  }
  for (word_t i = 0; i < 3; i++) {
    seL4_Signal(event);
    CHECK(worker_result(i) == BIT(0),
          "a thread that waited has all its registers again, TPIDRURW too");
  }
  CHECK(call_read_tpidrurw() == 0x89abcdef,
        "TPIDRURW belongs to the thread that wrote it");
}

static void debugging(void) {
  struct rt_thread *self = rt_thread_self();
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  CHECK(changed_by(SYSCALL_DEBUG_CAP_IDENTIFY, tcb, 0) == BIT(0),
        "DebugCapIdentify writes r0 only");
  CHECK(changed_by(SYSCALL_DEBUG_NAME_THREAD, tcb, 0) == 0,
        "DebugNameThread changes no register");
  CHECK(changed_by(SYSCALL_SET_TLS_BASE, (word_t)(uintptr_t)self, 0) == 0,
        "SetTLSBase changes no general register");
  CHECK(rt_thread_self() == self, "SetTLSBase sets TPIDRURO at once");
}

void test_registers(void) {
  workers_begin();
  sending();
  invoking();
  receiving_nothing();
  receiving();
  blocking();
  debugging();
}
