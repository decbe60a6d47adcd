/* SPDX-License-Identifier: BSD-2-Clause */
/* End of a process. */
#include "rt/exit.h"

#include "rt/console.h"
#include "rt/start.h"
#include "sel4/syscalls.h"

_Noreturn void rt_exit(word_t code) {
  const struct rt_start *start = rt_start_page();
  if (start == NULL) {
    seL4_DebugHalt(code);
  }
  rt_console_drain();
  for (;;) {
    seL4_SetMR(0, code);
    seL4_Call(start->parent, seL4_MessageInfo_new(RT_LABEL_EXIT, 0, 0, 1));
  }
}
