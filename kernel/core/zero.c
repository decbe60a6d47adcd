/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which RAM may hold something else than zeros, and how it becomes zero again.
 * A page is only called clean when all of it has been cleared by one owner, so
 * regions smaller than a page leave its bit alone.
 */
#include "kernel/zero.h"

#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/hooks.h"
#include "kernel/image.h"
#include "kernel/untyped.h"

#define PAGE_SIZE (1u << UNTYPED_PAGE_BITS)
#define STEP_SIZE 256u
#define WORD_SPAN                                                              \
  (PAGE_SIZE * WORD_BITS) /* RAM that one bitmap word covers                   \
                           */

word_t untyped_dirty[(UNTYPED_RAM_MAX >> UNTYPED_PAGE_BITS) / WORD_BITS];

static word_t page_of(paddr_t paddr) {
  kernel_assert(paddr - RAM_BASE < UNTYPED_RAM_MAX);
  return (paddr - RAM_BASE) >> UNTYPED_PAGE_BITS;
}

void untyped_mark_dirty(paddr_t start, paddr_t end) {
  if (start >= end)
    return;
  hook_memory_used(start, end);
  for (word_t page = page_of(start); page <= page_of(end - 1); page++)
    untyped_dirty[page / WORD_BITS] |= 1u << (page % WORD_BITS);
}

bool untyped_is_dirty(paddr_t paddr) {
  word_t page = page_of(paddr);

  return (untyped_dirty[page / WORD_BITS] & (1u << (page % WORD_BITS))) != 0;
}

/* Devices must not go on seeing what its last owner showed them. */
static void page_is_zero(paddr_t paddr) {
  word_t page = page_of(paddr);

  image_renew(paddr);
  untyped_dirty[page / WORD_BITS] &= ~(1u << (page % WORD_BITS));
}

/* @return End of the lowest clean page that is reached from `end` down. */
static paddr_t skip_clean(paddr_t base, paddr_t end) {
  while (end > base && !untyped_is_dirty(end - 1)) {
    bool whole_word = end % WORD_SPAN == 0 && end - base >= WORD_SPAN &&
                      untyped_dirty[page_of(end - 1) / WORD_BITS] == 0;

    end = whole_word ? end - WORD_SPAN : (end - 1) & ~(PAGE_SIZE - 1);
  }
  return end > base ? end : base;
}

static void clear(paddr_t start, paddr_t end) {
  word_t *word = arch_ptr(start);

  for (word_t n = (end - start) / sizeof(word_t); n > 0; n--)
    *word++ = 0;
}

word_t zero_top(paddr_t base, word_t bytes, word_t owned) {
  paddr_t end = base + bytes;
  paddr_t start;

  if (!untyped_is_dirty(end - 1))
    return skip_clean(base, end) - base;
  start = (end - 1) & ~(STEP_SIZE - 1);
  if (start < base)
    start = base;
  hook_user_write(start); /* it was a user's page, perhaps */
  clear(start, end);
  if (start % PAGE_SIZE == 0 && owned >= PAGE_SIZE)
    page_is_zero(start);
  return start - base;
}
