/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scrubber; rcoe/scrub.h explains. What decides which page comes next and
 * who is odd is equal in all replicas, so all do the same at the same meeting.
 * Whoever is odd may be so because it walks elsewhere, so it takes what leads
 * the walk from the majority, too.
 */
#include "rcoe/scrub.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "rcoe/agreed.h"
#include "rcoe/compare.h"
#include "rcoe/copy.h"
#include "rcoe/meet.h"
#include "rcoe/replica.h"

#define PAGES_PER_TICK 3u /* under 2 % of the work; see rcoe/README.md */
#define PAGES_IDLE 32u    /* at once, when nothing else is to be done */
#define PAGES_HURRY 64u   /* per tick, when memory is known to differ */
#define PAGES_AT_ONCE 16u

/* Equal in all replicas, and scrubbed itself. */
static struct scrub {
  word_t page;    /* the last one looked at */
  word_t first;   /* that before the first one of the open comparison */
  word_t count;   /* pages in it */
  word_t looked;  /* pages hashed so far */
  word_t closely; /* further pages to look at one by one */
  word_t hurry;   /* further pages to look at soon */
  word_t credit;  /* pages that may be looked at before the next tick */
  word_t mended;  /* pages so far */
} scrub;

void scrub_tick(void) {
  scrub.credit = upkeep_pages(scrub.hurry ? PAGES_HURRY : PAGES_PER_TICK);
}

/* Each page of memory, and behind them all what replica control agrees on. */
static word_t agreed_page(void) {
  return replica.config.ram_size >> UNTYPED_PAGE_BITS;
}

void scrub_hurry(void) {
  scrub.hurry = agreed_page() + 1;
  scrub.credit = PAGES_HURRY;
}

bool scrub_is_hurrying(void) {
  return scrub.hurry > 0 || scrub.closely > 0;
}

uint32_t scrub_mended(void) {
  return scrub.mended;
}

/* ---- hashing ------------------------------------------------------------- */

static void advance(word_t pages) {
  scrub.page += pages;
  if (scrub.page > agreed_page())
    scrub.page = 0;
  scrub.hurry -= pages < scrub.hurry ? pages : scrub.hurry;
}

/* Does a word of the bitmap begin here, and are none of its pages in use? */
static bool are_unused(word_t page) {
  return page < agreed_page() && page % WORD_BITS == 0 &&
         untyped_dirty[page / WORD_BITS] == 0;
}

static bool takes_turn(word_t page) {
  return page == agreed_page() || copy_is_shared(page);
}

/*
 * The next page in use; all of them take turns. Unused memory, which may be
 * nearly all, is passed by words: page by page it would take milliseconds.
 */
static word_t next_page(void) {
  do {
    advance(1);
    while (are_unused(scrub.page)) /* ends: the kernel's are in use */
      advance(WORD_BITS);
  } while (!takes_turn(scrub.page));
  return scrub.page;
}

static struct page_hash hash_of(word_t page) {
  return page == agreed_page() ? agreed_hash() : copy_hash(page);
}

static word_t share(enum upkeep_place place) {
  if (scrub.closely > 0)
    return 1;
  word_t most = place == UPKEEP_IDLE ? PAGES_IDLE : scrub.credit;
  return most < PAGES_AT_ONCE || place == UPKEEP_IDLE ? most : PAGES_AT_ONCE;
}

static void hash_some(word_t count) {
  struct page_hash all = PAGE_HASH_INITIAL;
  scrub.first = scrub.page;
  scrub.count = count;
  scrub.looked += count;
  if (scrub.closely > 0)
    scrub.closely--;
  else
    scrub.credit -= count < scrub.credit ? count : scrub.credit;
  for (word_t i = 0; i < count; i++) {
    struct page_hash one = hash_of(next_page());
    page_hash_add(&all, scrub.page, &one);
  }
  compare_publish(&all);
}

/* ---- judging and mending ------------------------------------------------- */

static void record(uint32_t odd, word_t from) {
  word_t what =
      scrub.page == agreed_page() ? SCRUB_AGREED : copy_paddr(scrub.page);
  event_write(EVENT_SCRUB, (word_t[4]){what, odd, from, scrub.looked}, NULL);
}

static void copy_range_from(uint32_t from, const void *start, word_t bytes) {
  word_t first = arch_paddr(start) - RAM_BASE;
  for (word_t page = first >> UNTYPED_PAGE_BITS;
       page <= (first + bytes - 1) >> UNTYPED_PAGE_BITS; page++)
    copy_page_from(from, page);
}

/* `scrub` first: it says what is to be mended. */
static void take_over(uint32_t from) {
  copy_range_from(from, &scrub, sizeof(scrub));
  copy_range_from(from, untyped_dirty, sizeof(untyped_dirty));
  copy_range_from(from, vspace_table_blocks, sizeof(vspace_table_blocks));
  if (scrub.page == agreed_page())
    agreed_copy_from(from);
  else
    copy_page_from(from, scrub.page);
}

static void mend(uint32_t odd) {
  uint32_t from = lifecycle_lowest(replica.cycle.live & ~odd);
  meet(MEET_PLAIN); /* what is copied stands still */
  if (odd >> replica.self & 1)
    take_over(from);
  meet(MEET_PLAIN);
  scrub.mended++;
  record(odd, from);
}

/* They differ somewhere in the last pages: the same again, one by one. */
static void look_closely(void) {
  scrub.page = scrub.first;
  scrub.closely = scrub.count;
}

static void judge(void) {
  uint32_t odd;
  enum compare_result result = compare_judge(&odd);
  if (result != COMPARE_ODD && result != COMPARE_TIE)
    return;
  if (scrub.count > 1)
    look_closely();
  else if (result == COMPARE_ODD)
    mend(odd);
  else
    record(replica.cycle.live, SCRUB_NOT_REPAIRED);
}

void scrub_step(enum upkeep_place place) {
  if (compare_is_open())
    judge();
  if (!(replica.config.flags & BOOT_FLAG_SCRUB) && !scrub.hurry &&
      !scrub.closely)
    return;
  word_t count = share(place);
  if (count > 0)
    hash_some(count);
}
