/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the C library's standard output and input lead. Without a console set,
 * output goes to the kernel's own console and there is no input.
 */
#pragma once

#include <stddef.h>

struct rt_console {
  /** Write all `bytes`; returns when the console has taken them. */
  void (*write)(const char *text, size_t bytes);
  /** Read 1..bytes bytes, waiting for the first; 0 at the end of input. */
  size_t (*read)(char *text, size_t bytes);
  /** Return when every byte written has left the machine. */
  void (*drain)(void);
};

/** Use `console` from now on; it must live for ever. */
void rt_console_set(const struct rt_console *console);

/** Write through the console that was set, or to the kernel's. */
void rt_console_write(const char *text, size_t bytes);
size_t rt_console_read(char *text, size_t bytes);
void rt_console_drain(void);
