/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which pages of the device-visible image have been used, so that their next
 * owner finds them zero, and the two ways across. Nothing else of a replica
 * reaches the image. Must never copy what user level did not name.
 */
#include "kernel/image.h"

#include "abi/memory.h"
#include "kernel/hooks.h"
#include "kernel/untyped.h"
#include "kernel/vspace_table.h"

#define PAGE_SIZE (1u << UNTYPED_PAGE_BITS)

/* A bit for each page of RAM; the image of all others is zero. */
static word_t used[(UNTYPED_RAM_MAX >> UNTYPED_PAGE_BITS) / WORD_BITS];

static word_t page_of(paddr_t paddr) {
  return (paddr - RAM_BASE) >> UNTYPED_PAGE_BITS;
}

void image_used(paddr_t paddr, word_t bytes) {
  if (!vspace_is_ram(paddr))
    return;
  for (word_t page = page_of(paddr); page <= page_of(paddr + bytes - 1); page++)
    used[page / WORD_BITS] |= 1u << page % WORD_BITS;
}

void image_clean(paddr_t paddr, word_t bytes) {
  image_used(paddr, bytes);
  hook_image_write(paddr, bytes);
}

void image_invalidate(paddr_t paddr, word_t bytes) {
  image_used(paddr, bytes);
  hook_image_read(paddr, bytes);
}

void image_renew(paddr_t paddr) {
  word_t page = page_of(paddr);
  word_t bit = 1u << page % WORD_BITS;

  if ((used[page / WORD_BITS] & bit) == 0)
    return;
  used[page / WORD_BITS] &= ~bit;
  hook_image_write(paddr, PAGE_SIZE);
}
