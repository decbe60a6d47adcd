/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/debug_dump.c: what the lists of the debug calls say. */
#include "harness/check.h"
#include "harness/fake_plat.h"
#include "harness/system.h"
#include "kernel/cspace.h"

#include <string.h>

static struct tcb *tcb;

static void start(void) {
  fake_plat = (struct fake_plat){.chars = 0};
  system_start();
  tcb = system_thread(100);
  tcb_set_name(tcb, "first", 5);
  system_wake(tcb);
}

static void threads_are_listed_highest_first(void) {
  struct tcb *low;

  start();
  low = system_thread(7);
  tcb_set_name(low, "a name of sixteen", 17);
  system_wake(low);
  system_wake(system_thread(50));
  system_number(SYSCALL_DEBUG_DUMP_SCHEDULER);
  CHECK(strncmp(fake_plat.text, "thread 'first' priority 100 running\n", 36) ==
            0,
        "the current thread first");
  CHECK(strncmp(fake_plat.text + 36, "thread '' priority 50 running\n", 30) ==
            0,
        "then all that are ready, named or not");
  CHECK(strncmp(fake_plat.text + 66, "thread 'a name of", 17) == 0 &&
            strstr(fake_plat.text, "' priority 7 running\n") != NULL,
        "down to the lowest");
}

static void slots_are_listed_with_their_types(void) {
  static const char text[] = "slot 1 type 10\nslot 2 type 2\nslot 3 type 2\n"
                             "slot 4 type 14\nslot 5 type 9\n";

  start();
  system_number(SYSCALL_DEBUG_SNAPSHOT);
  CHECK(strncmp(fake_plat.text, text, sizeof(text) - 1) == 0,
        "every slot that holds something");
  CHECK(strstr(fake_plat.text, "slot 16 type 12\n") != NULL &&
            strstr(fake_plat.text, "slot 17 ") == NULL,
        "and no other");
}

static void who_has_no_slots_gets_no_list(void) {
  start();
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_SAVE_CALLER,
               .length = 2, .words = {SLOT_FREE, 32}) == ERR_NONE,
        "the machine works");
  slot_clear(&tcb->slots[TCB_SLOT_CSPACE]);
  system_number(SYSCALL_DEBUG_SNAPSHOT);
  CHECK(fake_plat.chars == 0, "without a CSpace there is nothing to list");
}

int main(void) {
  threads_are_listed_highest_first();
  slots_are_listed_with_their_types();
  who_has_no_slots_gets_no_list();
  return check_report("debug_dump");
}
