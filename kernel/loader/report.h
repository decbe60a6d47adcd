/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader's words on the console. */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

/* Set up UART2, 115200 8N1. */
void report_init(void);

/*
 * Refuse to boot: print "trireme loader: PART: TEXT" as one line, then end the
 * emulator run with PLAT_STATUS_REFUSED, or sleep on the board.
 *
 * @param part    What is wrong: "boot config", "kernel", ...
 * @param format  What about it and how to mend it; %x and %u take a word_t
 *                (the compiler can not check that: it is a long here).
 */
NORETURN void report_refuse(const char *part, const char *format, ...);
