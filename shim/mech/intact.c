/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds up the exposed code. It does not lie in it itself: a flip in here gives
   a wrong sum, or hides another flip, but never acts on a device. */
#include "shim/intact.h"

#include "kernel/arch.h"
#include "kernel/compiler.h"

/* kernel.ld: whole lines */
extern const char __text_exposed_start[], __text_exposed_end[];

static word_t noted; /* equal in all replicas */

static word_t sum_now(void) {
  struct arch_sums sums = {1, 0};
  word_t bytes = (word_t)(__text_exposed_end - __text_exposed_start);
  arch_lines_sum(__text_exposed_start, bytes / ARCH_LINE_BYTES, &sums);
  return sums.sum ^ sums.sum_of_sums;
}

word_t intact_note(void) {
  noted = sum_now();
  return noted;
}

OUT_OF_LINE bool intact_stands(void) {
  return sum_now() == noted;
}
