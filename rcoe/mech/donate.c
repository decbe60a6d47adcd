/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying a running replica; rcoe/donate.h explains. A page of the partition
 * is one of these:
 *
 *   replica-local      cleared, and in the pause the private state is written
 *   user page          while running; again in the pause if written
 *   constant           while running: the kernel's code
 *   other, in use      while running; again in the pause if its hash changed
 *                      (kernel data, TCBs, CNodes, page tables ...)
 *   not in use         not at all (rcoe/fresh.h)
 *
 * Writes only to the partition of a replica that is not live.
 */
#include "rcoe/donate.h"

#include "abi/event.h"
#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/fpu.h"
#include "kernel/plat.h"
#include "kernel/untyped.h"
#include "rcoe/agreed.h"
#include "rcoe/copy.h"
#include "rcoe/replica.h"
#include "rcoe/track.h"
#include "rcoe/verdict.h"
#include "rcoe/witness.h"

#define PAGES (UNTYPED_RAM_MAX >> UNTYPED_PAGE_BITS)
#define OTHERS_MAX 2048u /* what is more is copied in the pause anyway */
#define HALF 16u

/* A page that is not the user's, as it was when it was seen to. */
struct other {
  word_t page;
  struct page_hash hash;
};

/* But for `donor`, the counts and the hand-over the same in all live replicas.
 */
static REPLICA_LOCAL struct donation {
  bool donor;
  bool first_round;
  uint32_t to;      /* number of the replica */
  word_t page;      /* next one to see to */
  word_t running;   /* counts, see the header */
  word_t pause;     /* the same */
  word_t others;    /* entries of `other` */
  word_t next;      /* entry that the pause has come to */
  paddr_t handover; /* donor: where the joiner finds its private state */
  uint32_t seen[PAGES / 32];
  struct other other[OTHERS_MAX];
} donation;

static word_t pages_in_all(void) {
  return replica.config.ram_size >> UNTYPED_PAGE_BITS;
}

static bool is_seen(word_t page) {
  return donation.seen[page / 32] >> (page % 32) & 1;
}

word_t donate_running_count(void) {
  return donation.running;
}

word_t donate_pause_count(void) {
  return donation.pause;
}

/* ---- one page ------------------------------------------------------------ */

/* Copy, and hash what has come of it. */
static struct page_hash copied(word_t page, word_t *count) {
  if (!donation.donor)
    return copy_hash(page);
  (*count)++;
  return copy_page_to(donation.to, page);
}

/* The same, but only if it is not what is there already. */
static struct page_hash compared(word_t page, word_t *count) {
  struct page_hash own = copy_hash(page);
  if (!donation.donor)
    return own;
  struct page_hash there = copy_hash_of(donation.to, page);
  if (!page_hash_equal(&own, &there))
    return copied(page, count);
  *count += 1u << HALF;
  return there;
}

/* ---- while running ------------------------------------------------------- */

/* What the joiner's slot said in its last life must not be read again. */
static void clear_slot(uint32_t of) {
  word_t *slot =
      copy_open_real(SHARED_BASE + of * SHARED_BLOCK_SIZE + SHARED_SLOT_OFFSET);
  for (word_t i = 0; i < sizeof(struct slot) / sizeof(*slot); i++)
    slot[i] = 0;
  copy_close();
}

static void clear_private_pages(uint32_t of) {
  word_t page = 0;
  while (!arch_is_replica_local(copy_paddr(page)))
    page++;
  for (; arch_is_replica_local(copy_paddr(page)); page++)
    copy_clear(of, page);
}

void donate_begin(uint32_t to) {
  donation.donor = lifecycle_lowest(replica.cycle.live) == replica.self;
  donation.first_round = true;
  donation.to = to;
  donation.page = 0;
  donation.running = 0;
  donation.pause = 0;
  donation.others = 0;
  donation.next = 0;
  for (word_t i = 0; i < PAGES / 32; i++)
    donation.seen[i] = 0;
  track_start();
  if (donation.donor) {
    clear_slot(to);
    clear_private_pages(to);
  }
}

/* Others have a hash, so that the pause can tell whether they changed. */
static void note_other(word_t page, const struct page_hash *hash) {
  if (donation.first_round && donation.others < OTHERS_MAX &&
      !track_is_user(page) && !arch_is_constant(copy_paddr(page)))
    donation.other[donation.others++] = (struct other){page, *hash};
}

static void see_to(word_t page, struct page_hash *all) {
  struct page_hash hash = compared(page, &donation.running);
  donation.seen[page / 32] |= 1u << (page % 32);
  note_other(page, &hash);
  page_hash_add(all, page, &hash);
}

bool donate_pages(word_t most, struct page_hash *hash) {
  *hash = PAGE_HASH_INITIAL;
  while (most > 0 && donation.page < pages_in_all()) {
    if (copy_is_shared(donation.page) && !is_seen(donation.page)) {
      see_to(donation.page, hash);
      most--;
    }
    donation.page++;
    while (donation.page < pages_in_all() && donation.page % 32 == 0 &&
           untyped_dirty[donation.page / 32] == 0)
      donation.page += 32;
  }
  return donation.page >= pages_in_all();
}

word_t donate_pending(void) {
  word_t pending = 0;
  for (word_t i = 0; i < pages_in_all() / 32; i++)
    pending += (word_t)__builtin_popcount(
        untyped_dirty[i] & (~donation.seen[i] | track_dirty_pages(i)));
  return pending;
}

void donate_once_more(void) {
  for (word_t i = 0; i < pages_in_all() / 32; i++)
    donation.seen[i] &= ~track_dirty_pages(i);
  donation.first_round = false;
  donation.page = 0;
  track_start();
}

/* ---- the pause ----------------------------------------------------------- */

/* Pages 32 * word ... that the pause has to see to, a bit each. */
static uint32_t unsettled(word_t word) {
  uint32_t settled = donation.seen[word] & track_unwritten_pages(word);
  return untyped_dirty[word] & ~settled;
}

/* The kernel's own, of which the user knows nothing. */
static bool is_left_out(word_t page) {
  return !copy_is_shared(page) ||
         (is_seen(page) && arch_is_constant(copy_paddr(page)));
}

/* Hash of `page` when it was seen to, NULL if that is not known. */
static const struct page_hash *hash_before(word_t page) {
  while (donation.next < donation.others &&
         donation.other[donation.next].page < page)
    donation.next++;
  const struct other *other = &donation.other[donation.next];
  return donation.next < donation.others && other->page == page ? &other->hash
                                                                : NULL;
}

static void finish_page(word_t page, struct page_hash *all) {
  const struct page_hash *before = hash_before(page);
  struct page_hash hash;
  if (before)
    hash = copy_hash(page);
  if (before && page_hash_equal(before, &hash))
    donation.pause += 1u << HALF;
  else if (!before || donation.donor)
    hash = copied(page, &donation.pause);
  page_hash_add(all, page, &hash);
}

/* Whole words of the map without a bit need no look. */
struct page_hash donate_finish(void) {
  struct page_hash all = PAGE_HASH_INITIAL;
  fpu_save(); /* in all: the live registers are no memory to be copied */
  for (word_t word = 0; word < pages_in_all() / 32; word++)
    for (uint32_t left = unsettled(word); left; left &= left - 1) {
      word_t page = 32 * word + (word_t)__builtin_ctz(left);
      if (!is_left_out(page))
        finish_page(page, &all);
    }
  agreed_fold_for(donation.to, &all);
  return all;
}

void donate_hand_over(void) {
  donation.handover = agreed_hand_to(donation.to);
}

void donate_start_core(void) {
  paddr_t offset = copy_offset_of(donation.to);
  if (!donation.donor || !witness_admits(donation.to))
    verdict_failed(DETECTOR_ASSERTION);
  arch_devices_open();
  plat_core_start(donation.to, arch_kernel_entry() + offset,
                  donation.handover + offset);
  arch_devices_close();
}
