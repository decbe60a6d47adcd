/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying a block across the edge of the sphere of replication, with a check
 * of the bytes that really passed. Pure.
 */
#pragma once

#include "abi/types.h"

/*
 * Two sums: the first, of all words, changes with each changed word; the
 * second adds up the first after each line of eight words, so it changes with
 * the places of lines. Little more than an addition a word, because every
 * input byte pays for it in every replica.
 */
struct transfer_check {
  uint32_t sum;
  uint32_t sum_of_sums;
};

/*
 * Copy `count` bytes and check them; the tail counts as padded with zero bytes.
 * Words where both pointers allow it, else bytes; reads every byte of
 * `from` exactly once, in order.
 * @return Check of the bytes copied; the same for any alignment.
 */
struct transfer_check transfer_copy(void *to, const void *from, size_t count);

/* The same check of bytes that stay where they are. */
struct transfer_check transfer_check(const void *from, size_t count);

static inline bool transfer_equal(struct transfer_check a,
                                  struct transfer_check b) {
  return a.sum == b.sum && a.sum_of_sums == b.sum_of_sums;
}
