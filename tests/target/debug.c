/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug calls that print. Run apart: what they print is the kernel's own.
 */
#include "calls.h"
#include "groups.h"
#include "report.h"

static bool changes_nothing(enum syscall number) {
  struct registers before = {.r = {[7] = (word_t)number}};
  struct registers after = before;
  bool same = true;
  call_with(&after, &before.sp);
  for (word_t i = 0; i < 13; i++) {
    same = same && after.r[i] == before.r[i];
  }
  return same;
}

void test_debug(void) {
  CHECK(changes_nothing(SYSCALL_DEBUG_DUMP_SCHEDULER),
        "DebugDumpScheduler prints and changes no register");
  CHECK(changes_nothing(SYSCALL_DEBUG_SNAPSHOT),
        "DebugSnapshot prints and changes no register");
}
