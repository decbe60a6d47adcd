/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying a block across the edge of the sphere of replication, with a check
 * of the bytes that really passed: the sums of kernel/arch.h over its lines,
 * little more than an addition a word, because every input byte pays for it in
 * every replica.
 */
#pragma once

#include "kernel/arch.h"

/*
 * Copy `count` bytes and check them; the tail counts as padded with zero bytes.
 * Whole lines where both pointers allow it, else bytes; reads every byte of
 * `from` exactly once, in order.
 * @return Check of the bytes copied; the same for any alignment.
 */
struct arch_sums transfer_copy(void *to, const void *from, size_t count);

/* The same check of bytes that stay where they are. */
struct arch_sums transfer_check(const void *from, size_t count);

static inline bool transfer_equal(struct arch_sums a, struct arch_sums b) {
  return a.sum == b.sum && a.sum_of_sums == b.sum_of_sums;
}
