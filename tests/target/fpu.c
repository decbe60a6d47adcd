/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point context: every thread has all registers for itself, whatever
 * happens in between, unless its flag says that it has none.
 */
#include "fpu_calls.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define FLAG_DISABLED 1u
#define FPSCR_TOWARDS_ZERO 0x00c00000u
#define SUM_N 4000u
#define SUM_BITS 0x4af433a0u /* 8,002,000: exact in single precision */
#define ROUNDS 40u

#define NOINLINE __attribute__((noinline)) /* a stack frame is small here */

static word_t pattern_word(word_t seed, word_t i) {
  return seed == 0 ? 0 : seed * 0x01010101u + i;
}

static word_t pattern_status(word_t seed) {
  return seed << 22 & FPSCR_TOWARDS_ZERO;
}

/* Seed 0 stands for a new thread's registers. */
NOINLINE static bool live_are(word_t seed) {
  struct fpu_registers registers;
  fpu_get(&registers);
  bool same = registers.fpscr == pattern_status(seed);
  for (word_t i = 0; i < 64; i++) {
    same = same && registers.d[i] == pattern_word(seed, i);
  }
  return same;
}

NOINLINE static void put(word_t seed) {
  struct fpu_registers registers = {.fpscr = pattern_status(seed)};
  for (word_t i = 0; i < 64; i++) {
    registers.d[i] = pattern_word(seed, i);
  }
  fpu_put(&registers);
}

static word_t are(word_t seed) {
  return live_are(seed);
}

static void fresh(void) {
  put(7);
  worker_start(0, are, 0);
  CHECK(worker_result(0) == 1, "a new thread has all registers zero");
  CHECK(live_are(7), "and who waited for it has its own");
}

/* Keep a pattern over system calls that let others run. */
static word_t keeps(word_t seed) {
  word_t wrong = 0;
  put(seed);
  for (word_t i = 0; i < ROUNDS; i++) {
    seL4_Yield();
    wrong += !live_are(seed);
  }
  return wrong;
}

static void yielding(void) {
  put(1);
  for (word_t i = 0; i < 3; i++) {
    worker_start(i, keeps, i + 2);
  }
  for (word_t i = 0; i < 3; i++) {
    CHECK(worker_wait().mr[0] == 0, "a thread that yields keeps its registers");
  }
  CHECK(live_are(1), "and so does who waited for all of them");
}

_Noreturn static word_t serves(word_t endpoint) {
  word_t badge = 0;
  put(9);
  seL4_Recv(endpoint, &badge);
  for (;;) {
    put(badge);
    seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(live_are(badge), 0, 0, 0),
                   &badge);
  }
}

static word_t calls(word_t endpoint) {
  word_t wrong = 0;
  put(endpoint & 0xff);
  for (word_t i = 0; i < ROUNDS; i++) {
    seL4_MessageInfo_t info =
        seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
    wrong += seL4_MessageInfo_get_label(info) != 1;
    wrong += !live_are(endpoint & 0xff);
  }
  return wrong;
}

static void messages(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  worker_start(0, serves, endpoint);
  worker_start(1, calls, memory_mint(endpoint, RIGHTS_ALL, 0x21));
  worker_start(2, calls, memory_mint(endpoint, RIGHTS_ALL, 0x42));
  for (word_t i = 0; i < 2; i++) {
    CHECK(worker_wait().mr[0] == 0, "a message does not disturb registers");
  }
}

/* ---- the tick ------------------------------------------------------------ */

static volatile bool stop;

/* Sums without system calls: only the tick takes the processor away. */
static word_t sums(word_t times) {
  word_t wrong = 0;
  for (word_t i = 0; i < times; i++) {
    wrong += fpu_sum(SUM_N) != SUM_BITS;
  }
  return wrong;
}

static word_t sums_on(word_t unused) {
  word_t wrong = 0;
  (void)unused;
  while (!stop) {
    wrong += fpu_sum(SUM_N) != SUM_BITS;
  }
  return wrong;
}

static void ticking(void) {
  stop = false;
  for (word_t i = 0; i < 3; i++) {
    worker_start(i, sums_on, 0);
  }
  worker_start(3, sums, 400);
  CHECK(worker_result(3) == 0, "sums come right though the tick interrupts");
  stop = true;
  for (word_t i = 0; i < 3; i++) {
    CHECK(worker_wait().mr[0] == 0, "in every thread that sums");
  }
}

/* ---- the flag ------------------------------------------------------------ */

static word_t gets(word_t address) {
  fpu_get((struct fpu_registers *)(uintptr_t)address);
  return 0;
}

static void disabling(void) {
  static struct fpu_registers seen;
  word_t address = (word_t)(uintptr_t)&seen;
  cptr_t tcb;
  put(5);
  worker_make(0);
  tcb = worker_tcb(0);
  EXPECT("SetFlags needs two words", REQUEST(tcb, TCB_SET_FLAGS, WORDS(0)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("only one flag exists",
         REQUEST(tcb, TCB_SET_FLAGS, WORDS(0, 0xfffffffeu)), ERR_NONE,
         WORDS(0));
  EXPECT("it is set", REQUEST(tcb, TCB_SET_FLAGS, WORDS(0, FLAG_DISABLED)),
         ERR_NONE, WORDS(FLAG_DISABLED));
  worker_run(0, gets, address);
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_USER_EXCEPTION && fault.length == 5 &&
            fault.mr[0] == (word_t)(uintptr_t)fpu_get && fault.mr[3] == 0 &&
            fault.mr[4] == 0,
        "a thread without registers that uses them is a user exception");
  CHECK(live_are(5), "and leaves them to their owner");
  EXPECT("clear comes before set",
         REQUEST(tcb, TCB_SET_FLAGS, WORDS(FLAG_DISABLED, FLAG_DISABLED)),
         ERR_NONE, WORDS(FLAG_DISABLED));
  EXPECT("it is cleared", REQUEST(tcb, TCB_SET_FLAGS, WORDS(FLAG_DISABLED, 0)),
         ERR_NONE, WORDS(0));
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));
  CHECK(worker_result(0) == 0 && seen.d[0] == 0 && seen.d[63] == 0,
        "allowed again, the instruction goes on with registers of its own");
  CHECK(live_are(5), "which are nobody else's");
}

/* Without registers for a while: nothing is lost. */
static word_t disables_itself(word_t tcb) {
  put(0x33);
  REQUEST(tcb, TCB_SET_FLAGS, WORDS(0, FLAG_DISABLED));
  seL4_Yield();
  REQUEST(tcb, TCB_SET_FLAGS, WORDS(FLAG_DISABLED, 0));
  return live_are(0x33);
}

static void pausing(void) {
  worker_make(1);
  worker_run(1, disables_itself, worker_tcb(1));
  worker_start(2, keeps, 0x44);
  word_t sum = 0;
  for (word_t i = 0; i < 2; i++) {
    struct worker_event event = worker_wait();
    sum += event.worker == 1 ? event.mr[0] : 2 * (event.mr[0] == 0);
  }
  CHECK(sum == 3, "a thread that had them taken for a while finds them again");
}

static void dying(void) {
  worker_start(0, keeps, 0x55);
  CHECK(worker_result(0) == 0, "a thread used them last");
  arena_delete(worker_tcb(0));
  worker_start(0, are, 0);
  CHECK(worker_result(0) == 1, "when it is gone its registers are nobody's");
}

void test_fpu(void) {
  workers_begin();
  fresh();
  yielding();
  messages();
  ticking();
  disabling();
  pausing();
  dying();
}
