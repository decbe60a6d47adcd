/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other side of `bench ipc`: answers every Call with an empty message. One
 * asks it to give up its floating-point registers first.
 */
#include "partner.h"
#include "rt/start.h"
#include "sel4/sel4.h"

int main(void) {
  seL4_CPtr endpoint = rt_start_page()->server.endpoint;
  struct rt_trap trap = {.r0 = endpoint};
  rt_trap(SYSCALL_RECV, &trap);
  if (MESSAGE_LABEL(trap.r1) == PARTNER_INTEGER) {
    seL4_TCB_SetFlags(rt_start_page()->thread, 0, NO_FLOATING_POINT);
  }
  for (;;) {
    trap = (struct rt_trap){.r0 = endpoint};
    rt_trap(SYSCALL_REPLY_RECV, &trap);
  }
}
