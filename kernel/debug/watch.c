/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the kernel and its hook on the way out: the debug kernel is linked
 * with `--wrap=hook_kernel_exit`, so that invariants are checked after every
 * kernel entry without a trace of it in the kernel that is shipped.
 */
#include "debug/invariants.h"

#include "abi/syscall.h"
#include "kernel/event.h"
#include "kernel/hooks.h"
#include "kernel/sched.h"

#define TEXT_BYTES 12u /* of an event record */

/* The linker gives these two names their meaning. */
void __real_hook_kernel_exit(const struct context *context, paddr_t thread,
                             bool precise);
void __wrap_hook_kernel_exit(const struct context *context, paddr_t thread,
                             bool precise);

/* The sentence, in as many records as it takes. */
NORETURN static void report(const char *broken) {
  const word_t args[4] = {0};
  word_t left = 0;

  while (broken[left] != 0)
    left++;
  for (; left > TEXT_BYTES; left -= TEXT_BYTES, broken += TEXT_BYTES)
    event_write(EVENT_ASSERT, args, broken);
  event_write(EVENT_ASSERT, args, broken);
  hook_panic(PANIC_ASSERTION);
}

/* Back from a call that only asks: there are many of them. */
static bool asked_only(const struct context *context) {
  return context->reg[CONTEXT_R7] == (word_t)SYSCALL_DEBUG_CAP_IDENTIFY &&
         context->reg[CONTEXT_PC] != context->reg[CONTEXT_FAULT_IP];
}

void __wrap_hook_kernel_exit(const struct context *context, paddr_t thread,
                             bool precise) {
  const char *broken =
      asked_only(context) ? NULL : invariants_broken(sched_current);

  if (broken != NULL)
    report(broken);
  __real_hook_kernel_exit(context, thread, precise);
}
