/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds up the exposed code. It does not lie in it itself: a flip in here gives
   a wrong sum, or hides another flip, but never acts on a device. */
#include "shim/intact.h"

#include "kernel/arch.h"
#include "kernel/compiler.h"

/* kernel.ld: whole lines */
extern const char __text_exposed_start[], __text_exposed_end[];
extern const char __text_exposed_each_start[], __text_exposed_each_end[];

/* Equal in all replicas. */
static struct {
  word_t all;
  word_t each;
} noted;

static word_t sum_of(const char *start, const char *end) {
  return arch_code_sum(start, (word_t)(end - start) / ARCH_LINE_BYTES);
}

static word_t sum_of_all(void) {
  return sum_of(__text_exposed_start, __text_exposed_end);
}

static word_t sum_of_each(void) {
  return sum_of(__text_exposed_each_start, __text_exposed_each_end);
}

word_t intact_note(void) {
  noted.all = sum_of_all();
  noted.each = sum_of_each();
  return arch_sum_word(noted.all, noted.each);
}

OUT_OF_LINE bool intact_stands(bool all) {
  return all ? sum_of_all() == noted.all : sum_of_each() == noted.each;
}
