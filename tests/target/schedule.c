/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs next: strict priorities, queues, Yield, pre-emption by a wake-up
 * and by the tick. Threads write their marks in a diary; its text tells the
 * order.
 */
#include "calls.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#include <string.h>

#define DIARY_SIZE 32

static char diary[DIARY_SIZE];
static size_t pages;
static cptr_t event;

static void note(char mark) {
  if (pages + 1 < DIARY_SIZE) {
    diary[pages++] = mark;
  }
}

/* @return Whether the diary reads so; begins a new one. */
static bool diary_reads(const char *text) {
  bool same = strcmp(diary, text) == 0;
  memset(diary, 0, sizeof diary);
  pages = 0;
  return same;
}

static word_t notes(word_t mark) {
  note((char)mark);
  return 0;
}

static word_t notes_and_yields(word_t mark) {
  for (int i = 0; i < 3; i++) {
    note((char)mark);
    seL4_Yield();
  }
  return 0;
}

static void collect(word_t count) {
  for (word_t i = 0; i < count; i++) {
    worker_wait();
  }
}

/* Let worker `number` be ready to begin at `priority`. */
static void prepare(word_t number, word_t priority, worker_entry *entry,
                    word_t argument) {
  worker_make(number);
  worker_priority(number, priority);
  worker_run(number, entry, argument);
}

static void priorities(void) {
  prepare(0, 10, notes, 'a');
  prepare(1, 30, notes, 'b');
  prepare(2, 20, notes, 'c');
  CHECK(diary_reads(""), "nobody below the running thread runs");
  collect(3);
  CHECK(diary_reads("bca"), "ready threads run by priority");
}

static void equals(void) {
  prepare(0, 40, notes_and_yields, 'a');
  prepare(1, 40, notes_and_yields, 'b');
  prepare(2, 40, notes_and_yields, 'c');
  prepare(3, 39, notes, 'd');
  collect(4);
  CHECK(diary_reads("cbacbacbad"),
        "Yield passes to the next of the same priority, never to a lower one");
  /* the last one that was woken below the running thread comes first */
}

static word_t waits_and_notes(word_t mark) {
  seL4_Wait(event, NULL);
  note((char)mark);
  return 0;
}

static word_t signals_and_notes(word_t mark) {
  note((char)mark);
  seL4_Signal(event);
  note((char)mark);
  return 0;
}

/* Worker 0 waits at `priority`, worker 1 wakes it from priority 50. */
static void wake_at(word_t priority) {
  event = arena_make(OBJECT_NOTIFICATION, 0);
  prepare(0, priority, waits_and_notes, 'w');
  workers_settle();
  prepare(1, 50, signals_and_notes, 's');
  collect(2);
}

static void waking(void) {
  wake_at(51);
  CHECK(diary_reads("sws"), "a woken thread of higher priority runs at once");
  wake_at(50);
  CHECK(diary_reads("ssw"), "one of equal priority runs after the waker");
  wake_at(49);
  CHECK(diary_reads("ssw"), "one of lower priority too");
}

static word_t raises_other(word_t number) {
  note('r');
  worker_priority(number, 90);
  note('r');
  return 0;
}

static word_t lowers_itself(word_t number) {
  note('l');
  worker_priority(number, 10);
  note('l');
  return 0;
}

static void changing(void) {
  prepare(0, 20, notes, 'n');
  prepare(1, 60, raises_other, 0);
  collect(2);
  CHECK(diary_reads("rnr"), "a thread that is raised above the running runs");
  prepare(0, 20, notes, 'n');
  prepare(1, 60, lowers_itself, 1);
  collect(2);
  CHECK(diary_reads("lnl"), "a thread that lowers itself lets others run");
}

/* ---- the tick ------------------------------------------------------------ */

static volatile word_t arrived[3];

/* Say that we run, then compute without system calls until the other one has
 * run as well. @return Set of registers that changed meanwhile. */
static word_t spins(word_t self) {
  struct registers before;
  memset(&before, (int)(0x40 + self), sizeof before);
  before.flags = self == 0 ? 0x60000000u : 0x98000000u;
  struct registers after = before;
  arrived[self] = 1;
  call_spin(&after, &arrived[1 - self]);
  return memcmp(&before, &after, sizeof before) == 0 ? 0 : 1;
}

static word_t arrives(word_t self) {
  arrived[self] = 1;
  return 0;
}

static void ticking(void) {
  memset((void *)arrived, 0, sizeof arrived);
  prepare(0, 70, spins, 0);
  prepare(1, 70, spins, 1);
  prepare(2, 69, arrives, 2);
  struct worker_event first = worker_wait();
  struct worker_event second = worker_wait();
  CHECK(first.label == WORKER_DONE && second.label == WORKER_DONE &&
            first.worker + second.worker == 1,
        "the tick takes the processor from a thread that does not give it up");
  CHECK(first.mr[0] == 0 && second.mr[0] == 0,
        "a thread that was interrupted has all its registers again");
  CHECK(arrived[2] == 0, "meanwhile nobody of lower priority has run");
  CHECK(worker_result(2) == 0, "who waited long enough runs in the end");
}

void test_schedule(void) {
  workers_begin();
  diary_reads("");
  priorities();
  equals();
  waking();
  changing();
  ticking();
}
