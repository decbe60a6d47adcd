/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls to the portable kernel on the host, under sanitizers:
 * `fuzz_kernel [CALLS [SEED]]`. Calls come in episodes, each a process of its
 * own with a fresh system of several threads; invariants are checked after
 * every call. What went wrong is told with the episode's seed:
 * `fuzz_kernel 1 SEED` repeats it (and one more).
 */
#include "debug/invariants.h"
#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/fuzz_calls.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/syscall.h"
#include "kernel/vspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define EPISODE_CALLS 4000u
#define DEFAULT_CALLS 100000u
#define THREADS 6u
#define SVC_SIZE 4u
#define JOBS 2u
#define FAILURES_MAX 20u

static struct fuzz fuzz;
static word_t episode_seed;
static word_t calls_made;
static unsigned long *calls_total; /* shared by all episodes' processes */

static word_t identify(word_t slot) {
  struct cap cap = system_cap(slot % SYSTEM_SLOTS);
  return cap_identify(&cap);
}

static void check_invariants(void) {
  const char *broken =
      sched_current == NULL ? NULL : invariants_broken(sched_current);

  if (broken != NULL) {
    printf("seed %u, call %u: does not hold: %s\n", episode_seed, calls_made,
           broken);
    exit(1);
  }
}

/* ---- the system ---------------------------------------------------------- */

static void by_fast_entry(void) {
  kernel_syscall_hooked(sched_current);
}

static void make_system(void) {
  struct tcb *threads[THREADS];

  system_start();
  for (word_t i = 0; i < THREADS; i++)
    threads[i] = system_thread(60 + 10 * (i % 3));
  threads[0]->priority = 100;
  system_wake(threads[0]);
  for (word_t i = 0; i < 4; i++) {
    if (system_retype(OBJECT_ENDPOINT + i % 2, 0, SLOT_FREE + i, 1) !=
            ERR_NONE ||
        system_mint(SLOT_FREE + 4 + i, SLOT_FREE + i, i + 1) != ERR_NONE)
      abort();
  }
  for (word_t i = 1; i < THREADS; i++) {
    threads[i]->fault_handler = SLOT_FREE;
    system_wake(threads[i]);
  }
  fake_hooks.device_access = true;
}

/* ---- what happens -------------------------------------------------------- */

static void write_call(struct tcb *tcb, const struct fuzz_call *call) {
  word_t *reg = tcb->context.reg;
  struct ipc_buffer *buffer = vspace_ipc_buffer(tcb, true);

  reg[CONTEXT_R0] = call->cap;
  reg[CONTEXT_R1] = call->info;
  for (word_t i = 0; i < MESSAGE_REGISTERS; i++)
    reg[CONTEXT_R2 + i] = call->words[i];
  if (buffer == NULL)
    return;
  for (word_t i = MESSAGE_REGISTERS; i < FUZZ_WORDS; i++)
    buffer->mr[i] = call->words[i];
  for (word_t i = 0; i < MESSAGE_MAX_EXTRA_CAPS; i++)
    buffer->caps_or_badges[i] = call->caps[i];
  buffer->receive_cnode = call->receive[0];
  buffer->receive_index = call->receive[1];
  buffer->receive_depth = call->receive[2];
}

/* A thread that stands at its call again makes that one, mostly. */
static void call_kernel(void) {
  struct tcb *tcb = sched_current;
  word_t *reg = tcb->context.reg;
  struct fuzz_call call = {.number = (int)reg[CONTEXT_R7]};

  /* registers that were written may say anything, even "stop the machine" */
  if (reg[CONTEXT_PC] != reg[CONTEXT_FAULT_IP] || reg[CONTEXT_R7] == 0 ||
      call.number == SYSCALL_DEBUG_HALT || fuzz_below(&fuzz, 8) == 0) {
    fuzz_next(&fuzz, &call);
    write_call(tcb, &call);
  }
  if (system_number(call.number) == FAKE_END_HALT)
    exit(2);
}

static void enter_exception(void) {
  kernel_user_exception();
}

static void something_else(void) {
  switch (fuzz_below(&fuzz, 3)) {
  case 0:
    fake_hooks.verdict =
        fuzz_below(&fuzz, 2) == 0 ? INTERRUPT_DELIVER : INTERRUPT_IMPRECISE;
    system_interrupt(fuzz_below(&fuzz, 3) == 0 ? fuzz_below(&fuzz, 160)
                                               : IRQ_TICK);
    break;
  case 1:
    system_vm_fault(fuzz_below(&fuzz, 0xffffffffu), 5);
    break;
  default:
    sched_current->context.reg[CONTEXT_FAULT_IP] =
        sched_current->context.reg[CONTEXT_PC];
    fake_hooks_enter(enter_exception);
    break;
  }
}

/* Nobody can run: start one again. @return False if there is none left. */
static bool revive(void) {
  word_t first = fuzz_below(&fuzz, FUZZ_SLOTS);

  for (word_t i = 0; i < FUZZ_SLOTS; i++) {
    struct cap cap = system_cap((first + i) % FUZZ_SLOTS);
    if (cap.type == CAP_TCB) {
      thread_resume(tcb_at(cap_tcb_paddr(&cap)));
      fake_hooks_enter(kernel_exit);
      return true;
    }
  }
  return false;
}

/* @return Calls made; fewer than asked for if no thread is left. */
static word_t live(word_t count) {
  for (calls_made = 0; calls_made < count; calls_made++) {
    if (sched_current == NULL && !revive())
      return calls_made;
    if (sched_current == NULL)
      continue;
    if (fuzz_below(&fuzz, 16) == 0)
      fake_hooks.preempt_after = 1 + fuzz_below(&fuzz, 4);
    if (fuzz_below(&fuzz, 40) == 0)
      something_else();
    else
      call_kernel();
    check_invariants();
  }
  return count;
}

/* A system may destroy itself; then the episode is over. */
_Noreturn static void episode(word_t seed) {
  word_t made;

  episode_seed = seed;
  fuzz_start(&fuzz, seed, identify);
  make_system();
  system_enter_by(seed % 2 == 0 ? kernel_syscall : by_fast_entry);
  made = live(EPISODE_CALLS);
  __atomic_fetch_add(calls_total, made, __ATOMIC_RELAXED);
  fflush(stdout);
  _exit(made == 0);
}

/* ---- episodes ------------------------------------------------------------ */

static word_t failures;
static struct {
  pid_t pid;
  word_t seed;
} running[JOBS];

static void collect(void) {
  int status = 0;
  pid_t pid = wait(&status);

  for (word_t i = 0; i < JOBS; i++) {
    if (running[i].pid != pid)
      continue;
    running[i].pid = 0;
    if (status == 0)
      continue;
    printf("seed %u ended with status %#x\n", running[i].seed,
           (unsigned)status);
    failures++;
  }
}

/* @return False while all places are taken. */
static bool begin(word_t seed) {
  word_t i = 0;

  while (i < JOBS && running[i].pid != 0)
    i++;
  if (i == JOBS)
    return false;
  fflush(stdout);
  running[i].seed = seed;
  running[i].pid = fork();
  if (running[i].pid == 0)
    episode(seed);
  return true;
}

int main(int argc, char **argv) {
  unsigned long calls = argc > 1 ? strtoul(argv[1], NULL, 0) : DEFAULT_CALLS;
  word_t seed = argc > 2 ? (word_t)strtoul(argv[2], NULL, 0) : 1;
  word_t episodes = 0;

  calls_total = mmap(NULL, sizeof(*calls_total), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (calls_total == MAP_FAILED)
    return 1;
  while (*calls_total < calls && failures < FAILURES_MAX) {
    if (begin(seed + episodes))
      episodes++;
    else
      collect();
  }
  for (word_t i = 0; i < JOBS; i++)
    collect();
  printf("%lu calls in %u episodes from seed %u, %u episodes failed\n",
         *calls_total, episodes, seed, failures);
  return failures != 0;
}
