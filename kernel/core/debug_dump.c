/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists for DebugDumpScheduler and DebugSnapshot. Nothing that is printed
 * depends on addresses, so that another build prints the same.
 */
#include "kernel/debug_dump.h"

#include "kernel/plat.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"

#define DIGITS_MAX 10u

static void print(const char *text) {
  while (*text != 0)
    plat_console_put(*text++);
}

static void print_decimal(word_t value) {
  char digits[DIGITS_MAX + 1] = {0};
  word_t at = DIGITS_MAX;

  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  print(&digits[at]);
}

static void print_name(const struct tcb *tcb) {
  for (word_t i = 0; i < TCB_NAME_SIZE && tcb->name[i] != 0; i++)
    plat_console_put(tcb->name[i]);
}

static void print_thread(const struct tcb *tcb) {
  static const char *const states[] = {
      [THREAD_INACTIVE] = "inactive",
      [THREAD_RUNNING] = "running",
      [THREAD_RESTART] = "restart",
      [THREAD_BLOCKED_ON_RECEIVE] = "blocked on receive",
      [THREAD_BLOCKED_ON_SEND] = "blocked on send",
      [THREAD_BLOCKED_ON_REPLY] = "blocked on reply",
      [THREAD_BLOCKED_ON_NOTIFICATION] = "blocked on notification",
  };

  print("thread '");
  print_name(tcb);
  print("' priority ");
  print_decimal(tcb->priority);
  print(" ");
  print(states[tcb->state]);
  print("\n");
}

void debug_dump_scheduler(void) {
  print_thread(sched_current);
  sched_visit_ready(print_thread);
}

static void print_slot(word_t index, const struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);

  print("slot ");
  print_decimal(index);
  print(" type ");
  print_decimal(cap_identify(&cap));
  print("\n");
}

void debug_dump_capabilities(const struct tcb *tcb) {
  struct cap root = slot_cap(&tcb->slots[TCB_SLOT_CSPACE]);

  for (word_t i = 0; i < 1u << cap_cnode_radix(&root); i++) {
    const struct cap_slot *slot = slot_of_cnode(&root, i);

    if (!slot_is_empty(slot))
      print_slot(i, slot);
  }
}
