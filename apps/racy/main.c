/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * racy ROUNDS: three threads that do all that threads must not do. They add to
 * one counter and mix one value without any protection, and wait for each other
 * by spinning on a plain word. What comes out depends on each instruction at
 * which a thread was pre-empted, so replicas agree only if they are pre-empted
 * at the same ones. No system call is made before the last line.
 *
 * Beside that they count what they do atomically, and each for itself: these
 * must be equal whatever happens, or an atomic operation was torn.
 */
#include "app/arguments.h"
#include "app/console.h"
#include "rt/thread.h"

#include <stdatomic.h>
#include <stdio.h>

#define EXIT_TORN 1
#define MULTIPLIER 2654435761u
#define ROUNDS_PER_TURN 65536u

static volatile uint32_t counter;
static volatile uint32_t value;
static volatile uint32_t turn;
static volatile uint32_t over;

static atomic_uint exact;
static volatile uint32_t own[RT_THREADS_MAX];
static volatile uint32_t left[RT_THREADS_MAX]; /* has it stopped adding? */

/* What is read before and written after may be from another moment. */
static void race(uint32_t self) {
  uint32_t seen = counter;
  value = (value ^ seen ^ self) * MULTIPLIER;
  counter = seen + 1;
}

/* Until it is this thread's turn: only a pre-emption can make it so. */
static void await_turn(uint32_t self) {
  while (turn % RT_THREADS_MAX != self && over == 0) {
  }
  turn = turn + 1;
}

static void run(uint32_t self, uint32_t rounds) {
  for (uint32_t i = 1; i <= rounds && over == 0; i++) {
    race(self);
    atomic_fetch_add(&exact, 1);
    own[self]++;
    if (i % ROUNDS_PER_TURN == 0) {
      await_turn(self);
    }
  }
  left[self] = 1;
}

/* When all have stopped: was every atomic addition done, and once? */
static bool was_exact(void) {
  uint32_t all = 0;
  for (uint32_t i = 0; i < RT_THREADS_MAX; i++) {
    while (left[i] == 0) {
    }
    all += own[i];
  }
  return all == exact;
}

void rt_thread_main(word_t thread) {
  run(thread, UINT32_MAX);
}

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  console_start();
  if (argc != 2 || !argument_count(argv[1], &rounds)) {
    puts("usage: racy ROUNDS");
    return EXIT_USAGE;
  }
  run(0, rounds);
  over = 1;
  printf("racy %lu %08lx %08lx\n", (unsigned long)rounds,
         (unsigned long)counter, (unsigned long)value);
  if (!was_exact()) {
    puts("racy: an atomic addition was torn");
    return EXIT_TORN;
  }
  return 0;
}
