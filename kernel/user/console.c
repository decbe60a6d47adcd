/* SPDX-License-Identifier: BSD-2-Clause */
/* The console behind the C library; the kernel's own when none is set. */
#include "rt/console.h"

#include "sel4/syscalls.h"

static const struct rt_console *current;

void rt_console_set(const struct rt_console *console) {
  current = console;
}

void rt_console_write(const char *text, size_t bytes) {
  if (current != NULL) {
    current->write(text, bytes);
    return;
  }
  for (size_t i = 0; i < bytes; i++) {
    seL4_DebugPutChar(text[i]);
  }
}

size_t rt_console_read(char *text, size_t bytes) {
  return current != NULL ? current->read(text, bytes) : 0;
}

void rt_console_drain(void) {
  if (current != NULL) {
    current->drain();
  }
}
