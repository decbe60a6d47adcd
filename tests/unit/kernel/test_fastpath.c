/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/fastpath.c: seeded random systems live through the same calls
 * twice, by the ordinary way and by the fast path, and all their memory, who
 * runs, and the hardware's state are compared after every call.
 */
#include "kernel/fastpath.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/syscall.h"

#include <stdio.h>
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
#define SEEDS 150u

/* Hardware ASIDs go on from one system to the next, so they are left out. */
struct digest {
  uint64_t memory;
  paddr_t current;
  paddr_t directory;
  word_t fpu;
};

static struct digest expected[CALLS];
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
  word_t before = fastpath_served;

  fastpath_entry(sched_current);
  fast_calls += fastpath_served - before;
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
  if (random_below(2) == 0)
    CHECK(INVOKE(.to = SLOT_THREADS + i, .label = INVOCATION_TCB_SET_SPACE,
                 .length = 3, .cap_count = 2,
                 .caps = {SLOT_CNODE, DIRECTORY}) == ERR_NONE,
          "the second space");
  if (random_below(5) == 0)
    tcb->flags = TCB_FLAG_FPU_DISABLED;
  if (random_below(5) == 0)
    CHECK(INVOKE(.to = SLOT_THREADS + i,
                 .label = INVOCATION_TCB_BIND_NOTIFICATION, .cap_count = 1,
                 .caps = {NTFN + random_below(2)}) != ERR_TRUNCATED_MESSAGE,
          "perhaps bound");
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
      SYSCALL_CALL,       SYSCALL_CALL, SYSCALL_CALL,  SYSCALL_REPLY_RECV,
      SYSCALL_REPLY_RECV, SYSCALL_RECV, SYSCALL_SEND,  SYSCALL_SEND,
      SYSCALL_NB_SEND,    SYSCALL_RECV, SYSCALL_YIELD, SYSCALL_NB_RECV,
      SYSCALL_REPLY};

  return numbers[random_below(sizeof(numbers) / sizeof(numbers[0]))];
}

static void random_call(void) {
  word_t kind = random_below(20);
  struct message message = {.to = EP + random_below(14),
                            .label = random_below(4),
                            .length = random_below(kind == 0 ? 24 : 6),
                            .cap_count = random_below(8) == 0};

  if (kind == 1)
    message = (struct message){.to = SLOT_CNODE,
                               .label = INVOCATION_CNODE_SAVE_CALLER,
                               .length = 2,
                               .words = {SAVED, 32}};
  if (kind == 2)
    message = (struct message){.to = SLOT_THREADS + random_below(THREADS),
                               .label = INVOCATION_TCB_RESUME};
  for (word_t i = 0; kind > 2 && i < MESSAGE_WORDS; i++)
    message.words[i] = random_state + i;
  message.caps[0] = BADGED + random_below(4);
  system_send(kind == 1 || kind == 2 ? SYSCALL_CALL : random_number(),
              &message);
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

static struct digest look(void) {
  uint64_t memory = hash(0xcbf29ce484222325u, RAM_BASE, 0x1000);

  memory = hash(memory, RAM_BASE + 0x10000, THREADS << TCB_BITS);
  memory = hash(memory, RAM_BASE + 0x20000, 0x200);
  memory = hash(memory, SYSTEM_UNTYPED, 0x100);
  return (struct digest){
      .memory = memory,
      .current = sched_current == NULL ? 0 : arch_paddr(sched_current),
      .directory = fake_arch.page_directory,
      .fpu = fake_arch.fpu.d[0] + fake_arch.fpu_enabled};
}

/* @return Number of the first call after which the states differ. */
static word_t live_through(word_t seed, void (*entry)(void), bool compare) {
  start(seed);
  system_enter_by(entry);
  for (word_t i = 0; i < CALLS; i++) {
    if (sched_current == NULL) {
      wake_somebody();
    } else {
      fake_arch.fpu.d[0] = random_state;
      random_call();
    }
    struct digest seen = look();
    if (!compare)
      expected[i] = seen;
    else if (memcmp(&seen, &expected[i], sizeof(seen)) != 0)
      return i;
  }
  return CALLS;
}

static bool same(word_t seed, void (*entry)(void), const char *name) {
  word_t differs = live_through(seed, entry, true);

  if (differs == CALLS)
    return true;
  printf("seed %u: %s differs after call %u\n", seed, name, differs);
  return false;
}

int main(void) {
  memset(expected, 0, sizeof(expected));
  for (word_t seed = 0; seed < SEEDS; seed++) {
    live_through(seed, kernel_syscall, false);
    CHECK(same(seed, by_direct_entry, "direct entry"),
          "the fast path does what the ordinary way does");
    CHECK(same(seed, by_hooked_entry, "hooked entry"),
          "between the hooks, too");
  }
  printf("%u of %u calls took the fast path\n", fast_calls, SEEDS * CALLS);
  CHECK(fast_calls > SEEDS * CALLS / 50, "enough calls were fast");
  return check_report("fastpath");
}
