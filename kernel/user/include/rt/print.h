/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words on the kernel's own console, byte by byte. For the root task and for
 * last words: it works without any driver and without a C library. Workloads
 * print through the serial driver instead (rt/console.h).
 */
#pragma once

#include "abi/types.h"

void rt_print(const char *text);

/** Print `value` as 0x and eight hexadecimal digits. */
void rt_print_hex(word_t value);

void rt_print_decimal(word_t value);

/**
 * Print "<process>: <what>" and end this process with RT_EXIT_PANIC. For bugs
 * and broken contracts, never for bad input.
 */
_Noreturn void rt_panic(const char *what);

#define RT_EXIT_PANIC 4
