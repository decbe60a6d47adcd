/* SPDX-License-Identifier: BSD-2-Clause */
/* Zeroing of RAM that is given to user level, in bounded steps. */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

/*
 * One step of zeroing [base, base + bytes) from its end down: clears up to 256
 * bytes, or skips pages that are still zero since boot.
 * @param owned  Size of the region at `base` that the same owner has; what lies
 *               in it behind `bytes` is zero.
 * @return Bytes at `base` that remain.
 */
MUST_CHECK word_t zero_top(paddr_t base, word_t bytes, word_t owned);
