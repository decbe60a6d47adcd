/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a kernel whose invariants do not hold. */
#include "kernel/assert.h"

#include "kernel/event.h"
#include "kernel/hooks.h"

static const char *base_name(const char *path) {
  const char *name = path;

  for (; *path != 0; path++) {
    if (*path == '/')
      name = path + 1;
  }
  return name;
}

NORETURN void kernel_assert_failed(const char *file, word_t line) {
  const word_t args[4] = {line};

  event_write(EVENT_ASSERT, args, base_name(file));
  hook_panic(PANIC_ASSERTION);
}
