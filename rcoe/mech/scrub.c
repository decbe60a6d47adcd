/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scrubber; rcoe/scrub.h explains. What decides which page comes next and
 * who is odd is equal in all replicas, so all do the same at the same meeting.
 */
#include "rcoe/scrub.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"
#include "rcoe/channel.h"
#include "rcoe/copy.h"
#include "rcoe/meet.h"
#include "rcoe/verdict.h"
#include "rcoe/vote.h"

/* Equal in all replicas, and scrubbed itself. */
static struct {
  word_t page;      /* next one to look at */
  word_t looked;    /* pages hashed so far */
  word_t hashed;    /* number of the meeting of the open hash, 0: none */
  uint32_t live;    /* who took part in it */
  word_t imprecise; /* threads that may stand elsewhere in other replicas */
  bool due;
} scrub;

void scrub_tick(void) {
  scrub.due = true;
}

void scrub_imprecise(void) {
  scrub.imprecise++;
}

void scrub_precise(void) {
  if (scrub.imprecise > 0)
    scrub.imprecise--;
}

/* ---- hashing ------------------------------------------------------------- */

static bool is_scrubbed(word_t page) {
  paddr_t paddr = copy_paddr(page);
  return untyped_is_dirty(paddr) && !arch_is_replica_local(paddr);
}

/* The next page in use; all of them take turns. */
static word_t next_page(void) {
  word_t pages = replica.config.ram_size >> UNTYPED_PAGE_BITS;
  do {
    scrub.page = scrub.page + 1 < pages ? scrub.page + 1 : 0;
  } while (!is_scrubbed(scrub.page)); /* ends: the kernel's own are in use */
  return scrub.page;
}

static struct signature hash_page(word_t page) {
  struct signature hash = SIGNATURE_INITIAL;
  const word_t *words = arch_ptr(copy_paddr(page));
  word_t tables = copy_tables_in(page);
  if (!tables)
    signature_fold_words(&hash, words, COPY_PAGE_SIZE / sizeof(word_t));
  else
    for (word_t i = 0; i < COPY_PAGE_SIZE / sizeof(word_t); i++)
      signature_fold(&hash, copy_is_table(tables, i)
                                ? vspace_entry_canonical(words[i])
                                : words[i]);
  return hash;
}

static void hash_one(void) {
  word_t page = next_page();
  scrub.due = false;
  scrub.looked++;
  scrub.hashed = replica.meeting;
  scrub.live = replica.cycle.live;
  struct signature hash = hash_page(page);
  replica.scrubbed = (struct scrubbed){.meeting = scrub.hashed,
                                       .page = page,
                                       .hash_lo = hash.lo,
                                       .hash_hi = hash.hi};
  channel_publish_scrubbed();
}

/* ---- judging and mending ------------------------------------------------- */

/*
 * A peer's hash. It has published before the meeting that all have passed; a
 * flip in its slot heals, because it publishes again while it waits for us.
 */
static struct scrubbed hash_of(uint32_t peer) {
  struct scrubbed scrubbed;
  uint64_t end = arch_time() + replica.limits.deadline;
  while (!channel_read_scrubbed(peer, &scrubbed)) {
    if (arch_time() > end)
      verdict_failed(DETECTOR_SLOT);
    arch_wait_for_event();
  }
  return scrubbed;
}

/* All hashes as ballots. */
static void collect(struct arrival *ballots) {
  for (uint32_t live = scrub.live; live; live &= live - 1) {
    uint32_t j = lifecycle_lowest(live);
    struct scrubbed scrubbed = hash_of(j);
    ballots[j] = (struct arrival){.time = scrubbed.meeting,
                                  .signature_lo = scrubbed.hash_lo,
                                  .signature_hi = scrubbed.hash_hi};
  }
}

static void mend(uint32_t odd) {
  uint32_t from = lifecycle_lowest(scrub.live & ~odd);
  if (odd >> replica.self & 1)
    copy_page_from(from, scrub.page);
  meet(MEET_PLAIN);
  event_write(EVENT_SCRUB,
              (word_t[4]){copy_paddr(scrub.page), odd, from, scrub.looked},
              NULL);
}

static void judge(void) {
  struct arrival ballots[REPLICA_MAX];
  uint32_t odd;
  scrub.hashed = 0;
  if (scrub.live != replica.cycle.live)
    return;
  collect(ballots);
  enum vote_result result = vote_decide(ballots, scrub.live, &odd);
  if (result == VOTE_ODD)
    mend(odd);
  else if (result == VOTE_TIE)
    event_write(EVENT_SCRUB,
                (word_t[4]){copy_paddr(scrub.page), scrub.live,
                            SCRUB_NOT_REPAIRED, scrub.looked},
                NULL);
}

void scrub_step(void) {
  uint32_t configured = (1u << replica.config.replicas) - 1;
  if (!(replica.config.flags & BOOT_FLAG_SCRUB))
    return;
  /* Never both at one meeting: a slower replica would read the new hash. */
  if (scrub.hashed)
    judge();
  else if (scrub.due && /* a donor's tables differ in their protection bits */
           !scrub.imprecise && replica.cycle.live == configured)
    hash_one();
}
