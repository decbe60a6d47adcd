/* SPDX-License-Identifier: BSD-2-Clause */
/* A workload's console: standard output and input over the serial driver. */
#pragma once

#include <stddef.h>

/** Lead standard output and input to the serial service. First call of main.
 * Lines leave whole: the C library holds a line back until it ends. */
void console_start(void);

/** Read what has come on standard input, without waiting for it.
 * @return Octets given, at most `bytes`; 0: none yet. */
size_t console_poll(char *text, size_t bytes);
