/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/fastpath.c: seeded random systems live through the same calls,
 * ticks and faults by the ordinary way and by the fast path. After every step
 * all that they can have changed is compared: capabilities, threads, message
 * buffers, endpoints, the order of the ready queues, who runs, whose registers
 * are in the hardware; and at the end of each life every byte of their RAM.
 * `test_fastpath [SEEDS [FIRST]]`.
 */
#include "kernel/fastpath.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/delete.h"
#include "kernel/fpu.h"
#include "kernel/irq.h"
#include "kernel/running.h"
#include "kernel/syscall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EP SLOT_FREE           /* two endpoints */
#define NTFN (SLOT_FREE + 2)   /* two notifications */
#define BADGED (SLOT_FREE + 4) /* one of each, badged */
#define WEAK (SLOT_FREE + 8)   /* one of each, with few rights */
#define SAVED (SLOT_FREE + 12) /* a saved reply capability */
#define DIRECTORY (SLOT_FREE + 13)
#define OBJECTS 4u
#define THREADS 6u
#define CALLS 300u
#define SEEDS 300u

/* No padding: it is compared as memory. */
struct digest {
  uint64_t memory;
  uint64_t current;
  uint64_t ready; /* every ready queue, in its order */
  uint64_t directory;
  uint64_t fpu_owner;
  uint64_t fpu;
};

static struct digest expected[CALLS];
static uint64_t expected_whole;
static word_t fast_calls; /* that the fast path served */
static word_t random_state;

static word_t random_below(word_t limit) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state % limit;
}

/* ---- two ways in --------------------------------------------------------- */

static void by_direct_entry(void) {
  word_t before = running.served_fast;

  fastpath_entry(sched_current);
  fast_calls += running.served_fast - before;
}

static void by_hooked_entry(void) {
  kernel_syscall_hooked(sched_current);
}

/* ---- a random system ----------------------------------------------------- */

static void make_objects(void) {
  CHECK(system_retype(OBJECT_ENDPOINT, 0, EP, 2) == ERR_NONE &&
            system_retype(OBJECT_NOTIFICATION, 0, NTFN, 2) == ERR_NONE,
        "objects");
  for (word_t i = 0; i < OBJECTS; i++) {
    static const word_t rights[] = {RIGHT_READ, RIGHT_WRITE,
                                    RIGHT_WRITE | RIGHT_GRANT_REPLY, 0};
    CHECK(system_mint(BADGED + i, EP + i, 0x10 + i) == ERR_NONE &&
              system_copy(WEAK + i, EP + i, rights[random_below(4)]) ==
                  ERR_NONE,
          "capabilities");
  }
}

/* A second address space, which every other thread has. */
static void make_space(void) {
  CHECK(system_retype(OBJECT_PAGE_DIRECTORY, 0, DIRECTORY, 1) == ERR_NONE &&
            INVOKE(.to = SLOT_ASID_POOL, .label = INVOCATION_ASID_POOL_ASSIGN,
                   .cap_count = 1, .caps = {DIRECTORY}) == ERR_NONE,
        "a second address space");
}

static void vary(word_t i, struct tcb *tcb) {
  /* a guard of its own: the 24 bits above a slot's index must be 1 */
  word_t guard = random_below(8) == 0 ? 1u << 8 | 24u << 3 : 0;

  if (random_below(2) == 0)
    CHECK(INVOKE(.to = SLOT_THREADS + i, .label = INVOCATION_TCB_SET_SPACE,
                 .length = 3, .words = {0, guard}, .cap_count = 2,
                 .caps = {SLOT_CNODE, DIRECTORY}) == ERR_NONE,
          "the second space");
  if (random_below(5) == 0)
    tcb->fpu_user = 0;
  if (random_below(5) == 0)
    CHECK(INVOKE(.to = SLOT_THREADS + i,
                 .label = INVOCATION_TCB_BIND_NOTIFICATION, .cap_count = 1,
                 .caps = {NTFN + random_below(2)}) != ERR_TRUNCATED_MESSAGE,
          "perhaps bound");
  if (random_below(20) == 0)
    delete_simple(&tcb->slots[TCB_SLOT_CSPACE]);
  tcb->fault_handler = random_below(3) == 0 ? EP : 0;
}

static void start(word_t seed) {
  struct tcb *threads[THREADS];

  random_state = seed * 2654435761u + 1;
  system_enter_by(kernel_syscall);
  system_start();
  for (word_t i = 0; i < THREADS; i++)
    threads[i] = system_thread(100 + random_below(3));
  threads[0]->priority = 200;
  system_wake(threads[0]);
  make_objects();
  make_space();
  for (word_t i = 1; i < THREADS; i++)
    vary(i, threads[i]);
  for (word_t i = 1; i < THREADS; i++)
    system_wake(threads[i]);
  CHECK(INVOKE(.to = SLOT_THREADS, .label = INVOCATION_TCB_SET_PRIORITY,
               .length = 1, .words = {99 + random_below(4)}, .cap_count = 1,
               .caps = {SLOT_THREADS}) == ERR_NONE,
        "all begin");
}

/* ---- random calls -------------------------------------------------------- */

static int random_number(void) {
  static const int numbers[] = {
      SYSCALL_CALL,       SYSCALL_YIELD, SYSCALL_CALL,  SYSCALL_REPLY_RECV,
      SYSCALL_REPLY_RECV, SYSCALL_RECV,  SYSCALL_SEND,  SYSCALL_SEND,
      SYSCALL_NB_SEND,    SYSCALL_RECV,  SYSCALL_YIELD, SYSCALL_NB_RECV,
      SYSCALL_REPLY};

  return numbers[random_below(sizeof(numbers) / sizeof(numbers[0]))];
}

/* Invocations that change what a fast path looks at. */
static struct message random_change(void) {
  word_t thread = SLOT_THREADS + random_below(THREADS);
  struct message message = {.to = thread};

  switch (random_below(12)) {
  case 0:
    return (struct message){.to = SLOT_CNODE,
                            .label = INVOCATION_CNODE_SAVE_CALLER,
                            .length = 2,
                            .words = {SAVED, 32}};
  case 1:
    return (struct message){.to = SLOT_CNODE,
                            .label = INVOCATION_CNODE_DELETE,
                            .length = 2,
                            .words = {SAVED, 32}};
  case 2:
    message.label = INVOCATION_TCB_SUSPEND;
    return message;
  case 3:
    return (struct message){.to = thread,
                            .label = INVOCATION_TCB_SET_PRIORITY,
                            .length = 1,
                            .words = {98 + random_below(6)},
                            .cap_count = 1,
                            .caps = {SLOT_THREADS}};
  case 4:
    return (struct message){.to = thread,
                            .label = INVOCATION_TCB_SET_FLAGS,
                            .length = 2,
                            .words = {random_below(2), random_below(2)}};
  default:
    message.label = INVOCATION_TCB_RESUME;
    return message;
  }
}

static struct message random_message(void) {
  struct message message = {
      .to = (EP + random_below(14)) | (random_below(16) == 0 ? 1u << 8 : 0),
      .label = random_below(4),
      .length = random_below(random_below(20) == 0 ? 24 : 6),
      .cap_count = random_below(8) == 0};

  for (word_t i = 0; i < MESSAGE_WORDS; i++)
    message.words[i] = random_state + i;
  message.caps[0] = BADGED + random_below(4);
  return message;
}

static void random_step(void) {
  word_t kind = random_below(60);
  struct message message = kind < 6 ? random_change() : random_message();

  fake_arch.fpu.d[0] = random_state;
  if (kind == 59)
    system_interrupt(IRQ_TICK);
  else if (kind == 58)
    system_vm_fault(random_state, 5);
  else
    system_send(kind < 6 ? SYSCALL_CALL : random_number(), &message);
}

/* When nobody can run any more, somebody is started again. */
static void wake_somebody(void) {
  word_t i = random_below(THREADS);
  struct cap cap = system_cap(SLOT_THREADS + i);

  thread_resume(tcb_at(cap_tcb_paddr(&cap)));
  kernel_exit();
}

static uint64_t hash(uint64_t seed, paddr_t start_paddr, word_t bytes) {
  const word_t *word = arch_ptr(start_paddr);

  for (word_t i = 0; i < bytes / sizeof(*word); i++)
    seed = (seed ^ word[i]) * 0x100000001b3u;
  return seed;
}

static uint64_t ready_hash;

static void note_ready(const struct tcb *tcb) {
  ready_hash = (ready_hash ^ arch_paddr(tcb) ^ tcb->priority) * 0x100000001b3u;
}

/* Whose it is, where pointers could differ from one run to the next. */
static uint64_t owner(const struct tcb *tcb) {
  return tcb == NULL ? 0 : arch_paddr(tcb);
}

static struct digest look(void) {
  uint64_t memory = hash(0xcbf29ce484222325u, RAM_BASE, 0x1000);

  memory = hash(memory, RAM_BASE + 0x10000, THREADS << TCB_BITS);
  for (word_t i = 0; i < THREADS; i++)
    memory = hash(memory, RAM_BASE + 0x20000 + i * 0x1000, 0x200);
  memory = hash(memory, SYSTEM_UNTYPED, 0x100);
  ready_hash = 0;
  sched_visit_ready(note_ready);
  return (struct digest){.memory = memory,
                         .current = owner(sched_current),
                         .ready = ready_hash,
                         .directory = fake_arch.page_directory,
                         .fpu_owner = running.fpu,
                         .fpu = fake_arch.fpu.d[0] + fake_arch.fpu_enabled};
}

/*
 * All RAM but the ASID pool: which hardware ASID a space holds depends on the
 * systems that lived before.
 */
static uint64_t look_at_all(void) {
  uint64_t seen = hash(0, RAM_BASE, 0x2000);

  seen = hash(seen, RAM_BASE + 0x3000, 0x40000);
  return hash(seen, SYSTEM_UNTYPED, 0x10000);
}

/* @return Number of the first step after which the states differ. */
static word_t live_through(word_t seed, void (*entry)(void), bool compare) {
  start(seed);
  system_enter_by(entry);
  for (word_t i = 0; i < CALLS; i++) {
    if (sched_current == NULL)
      wake_somebody();
    else
      random_step();
    struct digest seen = look();
    if (!compare)
      expected[i] = seen;
    else if (memcmp(&seen, &expected[i], sizeof(seen)) != 0)
      return i;
  }
  if (!compare)
    expected_whole = look_at_all();
  return look_at_all() == expected_whole ? CALLS : CALLS - 1;
}

static bool same(word_t seed, void (*entry)(void), const char *name) {
  word_t differs = live_through(seed, entry, true);

  if (differs == CALLS)
    return true;
  printf("seed %u: %s differs after step %u\n", seed, name, differs);
  return false;
}

int main(int argc, char **argv) {
  word_t seeds = argc > 1 ? (word_t)strtoul(argv[1], NULL, 0) : SEEDS;
  word_t first = argc > 2 ? (word_t)strtoul(argv[2], NULL, 0) : 0;

  for (word_t seed = first; seed < first + seeds; seed++) {
    live_through(seed, kernel_syscall, false);
    CHECK(same(seed, by_direct_entry, "direct entry"),
          "the fast path does what the ordinary way does");
    CHECK(same(seed, by_hooked_entry, "hooked entry"),
          "between the hooks, too");
  }
  printf("%u of %u steps took the fast path\n", fast_calls, seeds * CALLS);
  CHECK(fast_calls > seeds * CALLS / 50, "enough calls were fast");
  return check_report("fastpath");
}
