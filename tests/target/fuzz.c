/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls by several threads that share a CSpace full of objects.
 * The kernel shall neither stop, nor lose memory, nor, with several replicas,
 * do anything that differs between them. Each thread has a generator of its
 * own, because replicas interrupt threads at different instructions.
 *
 * Registers of threads are never written here: a thread that ran on at a wild
 * address could spin for ever. The fuzzer on the host writes them.
 */
#include "arena.h"
#include "groups.h"
#include "harness/fuzz_calls.h"
#include "report.h"
#include "rt/print.h"
#include "sel4/sel4.h"
#include "worker.h"

#include <string.h>

#define FUZZERS 4u
#define CALLS_EACH 250u
#define ROUNDS (FUZZERS * CALLS_EACH)
#define SHORT_EPISODES 5u
#define LONG_EPISODES 200u
#define GUARD ((WORD_BITS - FUZZ_RADIX) << 3)
#define LAST_SLOT (FUZZ_SLOTS - 1)

/* The CNode, as it is filled for each episode. */
enum {
  SLOT_SELF = 1,
  SLOT_UNTYPED = 2,
  SLOT_ENDPOINT = 8,
  SLOT_NOTIFICATION = 12,
  SLOT_TCB = 16,
  SLOT_FUZZER = 20,
  SLOT_FRAME = 24,
  SLOT_TABLE = 28,
  SLOT_DIRECTORY = 30,
  SLOT_INNER = 32,
  SLOT_ASID_CONTROL = 34,
  SLOT_DOMAIN = 35,
  SLOT_LARGE = 36,
  SLOT_SGI = 37,
  SLOT_HANDLER = 38,
};

static struct fuzzer {
  struct fuzz fuzz;
  struct ipc_buffer *buffer;
  word_t left;  /* calls of this episode */
  word_t calls; /* of all */
} fuzzers[FUZZERS];

static cptr_t cnode;
static word_t failures; /* of making what an episode needs */

/* ---- a fuzzing thread ---------------------------------------------------- */

static word_t identify(word_t slot) {
  struct rt_trap trap = {.r0 = slot};
  rt_trap((enum syscall)SYSCALL_DEBUG_CAP_IDENTIFY, &trap);
  return trap.r0;
}

static bool is_allowed(const struct fuzz_call *call) {
  word_t label = MESSAGE_LABEL(call->info);
  bool writes = label == INVOCATION_TCB_WRITE_REGISTERS ||
                label == INVOCATION_TCB_COPY_REGISTERS;
  return !writes && call->number != SYSCALL_DEBUG_HALT;
}

static void make_call(struct fuzzer *self, const struct fuzz_call *call) {
  struct ipc_buffer *buffer = self->buffer;
  struct rt_trap trap = {.r0 = call->cap, .r1 = call->info};
  memcpy(trap.mr, call->words, sizeof trap.mr);
  memcpy(buffer->mr, call->words, sizeof call->words);
  memcpy(buffer->caps_or_badges, call->caps, sizeof call->caps);
  buffer->receive_cnode = call->receive[0];
  buffer->receive_index = call->receive[1];
  buffer->receive_depth = call->receive[2];
  rt_trap((enum syscall)call->number, &trap);
}

_Noreturn static word_t fuzzes(word_t number) {
  struct fuzzer *self = &fuzzers[number];
  struct fuzz_call call;
  while (self->left > 0) {
    do {
      fuzz_next(&self->fuzz, &call);
    } while (!is_allowed(&call));
    self->calls++;
    self->left--;
    make_call(self, &call);
  }
  for (;;) { /* wait, or fault, for ever */
    struct rt_trap trap = {.r0 = LAST_SLOT};
    rt_trap(SYSCALL_RECV, &trap);
  }
}

/* ---- an episode ---------------------------------------------------------- */

static void need(word_t info) {
  failures += MESSAGE_LABEL(info) != ERR_NONE;
}

static void fill(word_t slot, enum object_type type, word_t bits,
                 word_t count) {
  need(REQUEST(arena_untyped(), UNTYPED_RETYPE, CAPS(cnode),
               WORDS(type, bits, 0, 0, slot, count)));
}

static void give(word_t slot, cptr_t cap, word_t data) {
  need(REQUEST(cnode, CNODE_MINT, CAPS(ROOT),
               WORDS(slot, FUZZ_RADIX, cap, ROOT_DEPTH, RIGHTS_ALL, data)));
}

static void fill_all(void) {
  cnode = arena_make(OBJECT_CNODE, FUZZ_RADIX);
  give(SLOT_SELF, cnode, GUARD);
  fill(SLOT_UNTYPED, OBJECT_UNTYPED, 14, 4);
  fill(SLOT_ENDPOINT, OBJECT_ENDPOINT, 0, 4);
  fill(SLOT_NOTIFICATION, OBJECT_NOTIFICATION, 0, 4);
  fill(SLOT_TCB, OBJECT_TCB, 0, 4);
  fill(SLOT_FRAME, OBJECT_SMALL_PAGE, 0, 4);
  fill(SLOT_TABLE, OBJECT_PAGE_TABLE, 0, 2);
  fill(SLOT_DIRECTORY + 1, OBJECT_PAGE_DIRECTORY, 0, 1);
  fill(SLOT_INNER, OBJECT_CNODE, 4, 2);
  fill(SLOT_LARGE, OBJECT_LARGE_PAGE, 0, 1);
  give(SLOT_DIRECTORY, arena_space(), 0);
  give(SLOT_ASID_CONTROL, ROOT_SLOT_ASID_CONTROL, 0);
  give(SLOT_DOMAIN, ROOT_SLOT_DOMAIN, 0);
  need(REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_SGI_SIGNAL, CAPS(cnode),
               WORDS(3, 0, SLOT_SGI, FUZZ_RADIX)));
  need(REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER, CAPS(cnode),
               WORDS(3, SLOT_HANDLER, FUZZ_RADIX)));
}

static void make_fuzzer(word_t number, word_t seed) {
  struct fuzzer *self = &fuzzers[number];
  worker_make(number);
  self->buffer = worker_buffer(number);
  self->left = CALLS_EACH;
  fuzz_start(&self->fuzz, seed * FUZZERS + number, identify);
  give(SLOT_FUZZER + number, worker_tcb(number), 0);
}

/* Whatever has become of it: it blocks, or has lost what it needs. */
static void begin_fuzzer(word_t number) {
  cptr_t tcb = worker_tcb(number);
  need(REQUEST(tcb, TCB_SUSPEND));
  need(REQUEST(tcb, TCB_SET_SPACE, CAPS(cnode, ROOT_SLOT_VSPACE),
               WORDS(SLOT_ENDPOINT + number, GUARD, 0)));
  need(REQUEST(tcb, TCB_SET_IPC_BUFFER,
               CAPS(memory_image_frame(fuzzers[number].buffer)),
               WORDS((word_t)(uintptr_t)fuzzers[number].buffer)));
  worker_priority(number, WORKER_PRIORITY + number % 2);
  worker_run(number, fuzzes, number);
}

/* @return Whether somebody has calls left. */
static bool begin_round(void) {
  bool left = false;
  for (word_t i = 0; i < FUZZERS; i++) {
    if (fuzzers[i].left > 0) {
      begin_fuzzer(i);
      left = true;
    }
  }
  return left;
}

static void episode(word_t seed) {
  workers_begin();
  fill_all();
  for (word_t i = 0; i < FUZZERS; i++) {
    make_fuzzer(i, seed);
  }
  for (word_t round = 0; round < ROUNDS && begin_round(); round++) {
    workers_settle();
  }
  arena_revoke(ROOT_SLOT_IRQ_CONTROL);
  arena_clear();
}

static void fuzz(word_t episodes) {
  word_t calls = 0;
  failures = 0;
  memset(fuzzers, 0, sizeof fuzzers);
  for (word_t seed = 1; seed <= episodes; seed++) {
    episode(seed);
  }
  for (word_t i = 0; i < FUZZERS; i++) {
    calls += fuzzers[i].calls;
  }
  rt_print_decimal(calls);
  rt_print(" random system calls\n");
  CHECK(failures == 0, "every episode finds the memory it needs");
  CHECK(calls == episodes * FUZZERS * CALLS_EACH,
        "the threads make all their calls");
}

void test_fuzz(void) {
  fuzz(SHORT_EPISODES);
}

void test_fuzz_long(void) {
  fuzz(LONG_EPISODES);
}
