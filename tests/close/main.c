/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * close MODE ROUNDS SPACING, as a root task: three threads that race as
 * apps/racy does and do every SPACING rounds what the mode says, so that they
 * are stopped in the midst of it. The last line tells what came of the race;
 * the status is 1 if an atomic addition was torn.
 *
 *   calls    a system call
 *   pages    code and data whose pages come and go
 *   faults   undefined instructions that the handler steps over
 *   clock    a timer interrupts beside the tick
 *   shapes   short loops, calls and returns
 *   mixed    the third thread does not count, and shares nothing
 */
#include "abi/counted.h"
#include "race.h"
#include "root/arguments.h"
#include "root/check.h"
#include "rt/print.h"
#include "rt/root.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#include "app/arguments.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define THREADS 3u
#define EXIT_TORN 1
#define MULTIPLIER 2654435761u
#define SHAPE_ROUNDS 9u
#define LONER_ROUNDS 4u /* for each of the others: it ends last */
#define WORDS 4u        /* of the command line */
#define LINE_SIZE 128u

static volatile uint32_t counter;
static volatile uint32_t value;
static volatile uint32_t over;
static uint32_t wanted; /* rounds of the thread that is done first */
static uint32_t spacing;

static atomic_uint exact;
static volatile uint32_t own[THREADS];
static volatile uint32_t alone; /* of a thread that does not count */

/* What is read before and written after may be from another moment. */
static void race(uint32_t self) {
  uint32_t seen = counter;
  value = (value ^ seen ^ self) * MULTIPLIER;
  counter = seen + 1;
  atomic_fetch_add(&exact, 1);
  own[self]++;
}

static void do_pages(void) {
  far_first(lazy_second);
  far_second(lazy_first);
}

static void do_shapes(void) {
  for (uint32_t i = 0; i < SHAPE_ROUNDS; i++)
    shape_loop(2); /* its end is as likely a place as its middle */
  shape_calls(SHAPE_ROUNDS);
}

static void do_nothing(void) {
}

static const struct mode {
  const char *name;
  void (*start)(void);
  void (*now_and_then)(void);
} modes[] = {
    {"calls", do_nothing, yield_here},      {"pages", serve_pages, do_pages},
    {"faults", do_nothing, undefined_here}, {"clock", serve_clock, do_nothing},
    {"shapes", do_nothing, do_shapes},      {"mixed", do_nothing, do_nothing},
};

static const struct mode *mode;

static word_t racer(word_t self) {
  uint32_t since = 0;
  for (uint32_t i = 0; over == 0 && i < wanted; i++) {
    race(self);
    if (++since == spacing) {
      since = 0;
      mode->now_and_then();
    }
  }
  return 0;
}

/* Has no mark: what it does must not depend on where it is interrupted. */
static word_t loner(word_t self) {
  uint32_t sum = self;
  for (uint32_t i = 0; i < LONER_ROUNDS * wanted; i++) {
    sum = (sum ^ i) * MULTIPLIER;
  }
  alone = sum;
  return 0;
}

static void start_thread(word_t number) {
  bool counts = strcmp(mode->name, "mixed") != 0 || number + 1 < THREADS;
  worker_make(number);
  seL4_UserContext registers =
      worker_registers(number, counts ? racer : loner, number);
  registers.tpidrurw = counts ? COUNTED_MARK : 0;
  check(seL4_TCB_WriteRegisters(worker_tcb(number), true, 0,
                                sizeof registers / sizeof(word_t), &registers),
        "starting a thread");
}

static bool find_mode(const char *name) {
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    if (strcmp(modes[i].name, name) == 0) {
      mode = &modes[i];
    }
  }
  return mode != NULL;
}

/* Cut a line at its blanks; words that are missing stay NULL. */
static void cut(char *line, char *words[WORDS]) {
  for (word_t i = 0; i < WORDS && line != NULL; i++) {
    words[i] = line;
    line = strchr(line, ' ');
    if (line != NULL) {
      *line++ = '\0';
    }
  }
}

/* The command line: a word that is not looked at, mode, rounds, spacing. */
static void choose(const char *text) {
  static char line[BOOT_COMMAND_LINE_SIZE];
  char *words[WORDS] = {0};
  memcpy(line, text, sizeof line - 1);
  cut(line, words);
  if (words[1] == NULL || !find_mode(words[1]) ||
      !argument_count(words[2], &wanted) ||
      !argument_count(words[3], &spacing) || spacing == 0) {
    rt_print("usage: close MODE ROUNDS SPACING\n");
    seL4_DebugHalt(EXIT_USAGE);
  }
}

static uint32_t all_of(const volatile uint32_t *words) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < THREADS; i++) {
    sum += words[i];
  }
  return sum;
}

static void report(word_t faults) {
  char line[LINE_SIZE];
  snprintf(line, sizeof line,
           "close %s %lu %08lx %08lx faults %lu ticks %lu alone %08lx\n",
           mode->name, (unsigned long)wanted, (unsigned long)counter,
           (unsigned long)value, (unsigned long)faults,
           (unsigned long)serve_ticks(), (unsigned long)alone);
  rt_print(line);
}

_Noreturn void root_main(const struct bootinfo *info) {
  choose(arguments_find(info)->command_line);
  memory_start(info);
  arena_start();
  space_start(info);
  workers_begin();
  mode->start();
  for (word_t i = 0; i < THREADS; i++) {
    start_thread(i);
  }
  report(serve_until_done(THREADS, &over));
  seL4_DebugHalt(all_of(own) == exact ? 0 : EXIT_TORN);
}
