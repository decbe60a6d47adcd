/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions that stay in every build: a broken invariant is a bug or a bit
 * flip, and going on would be guessing. Never for user errors.
 */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

/* Write an EVENT_ASSERT record {line; file name}, then hook_panic. */
NORETURN void kernel_assert_failed(const char *file, word_t line);

#define kernel_assert(condition)                                               \
  ((condition) ? (void)0 : kernel_assert_failed(__FILE__, __LINE__))
