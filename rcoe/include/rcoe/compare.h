/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparing memory beside the signature. A digest of memory goes out with the
 * next arrivals and is judged at a later agreed point; replicas that differ in
 * it are not convicted: their memory may be mended, or nothing is copied from
 * it. One comparison is open at a time.
 */
#pragma once

#include "rcoe/page_hash.h"

enum compare_result {
  COMPARE_NONE,  /* nothing was open, or the live set has changed since */
  COMPARE_AGREE, /* all are equal */
  COMPARE_ODD,   /* a majority is equal, the others are odd */
  COMPARE_TIE,   /* nobody knows who is right */
};

/* Open: publish the digest of `hash` with each arrival until it is judged. */
void compare_publish(const struct page_hash *hash);

bool compare_is_open(void);

/*
 * Close, and judge by the arrivals at the meeting just passed, which is a
 * later one than that before compare_publish. The same in all replicas.
 * @param odd  Out: mask of the odd ones (COMPARE_ODD), else 0.
 */
enum compare_result compare_judge(uint32_t *odd);

/* Close without a result. */
void compare_drop(void);
