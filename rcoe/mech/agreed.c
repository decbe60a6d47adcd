/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agreed part of the private state; rcoe/agreed.h explains. One list of
 * members, `take`, serves joiners and mending, so that what a return compares
 * is what the scrubber mends. It must never name a member that may differ
 * between healthy replicas behind a meeting.
 */
#include "rcoe/agreed.h"

#include "kernel/arch.h"
#include "kernel/compiler.h"
#include "rcoe/copy.h"
#include "rcoe/rejoin.h"
#include "rcoe/replica.h"

#define WORDS_AT_ONCE (4u * PAGE_HASH_GROUP)
#define WORDS(bytes) (((bytes) / 4 / WORDS_AT_ONCE + 1) * WORDS_AT_ONCE)

struct private {
  struct replica replica;
  struct boot_handover handover;
};

/* What the joining replica finds as its hand-over, at this very address. */
static REPLICA_LOCAL struct boot_handover handed;

/* Private state of another replica, in a form that can be hashed. */
static REPLICA_LOCAL union {
  struct private is;
  uint32_t words[WORDS(sizeof(struct private))];
} other;

void agreed_init(const struct boot_handover *handover) {
  handed = *handover;
}

/* All agreed members but those that are voted on. */
static void take(struct replica *to, const struct replica *from) {
  to->cycle = from->cycle;
  to->configured = from->configured;
  to->limits = from->limits;
  to->config = from->config;
  to->parking_stub = from->parking_stub;
  to->time = from->time;
  to->kind = from->kind;
  to->settled = from->settled;
  to->deliver = from->deliver;
  for (word_t j = 0; j < REPLICA_MAX; j++)
    to->convictions[j] = from->convictions[j];
  to->ticks = from->ticks;
  to->hour = from->hour;
  to->points = from->points;
  to->last_thread = from->last_thread;
}

/* ---- a replica that joins ------------------------------------------------ */

/* Built from what all live replicas have agreed on, nothing else. */
static void prepare(uint32_t to) {
  for (word_t i = 0; i < ARRAY_SIZE(other.words); i++)
    other.words[i] = 0;
  struct replica *state = &other.is.replica;
  take(state, &replica);
  state->self = to;
  lifecycle_add(&state->cycle, 1u << to);
  state->signature = replica.signature;
  state->meeting = replica.meeting + 1; /* all meet once before it comes */
  state->grace = (uint64_t)REJOIN_GRACE_US * ARCH_TIME_PER_US;
  state->joining = true;
  state->stop.round = replica.settled;
  state->notice.epoch = state->cycle.epoch;
  struct boot_handover *handover = &other.is.handover;
  *handover = handed;
  handover->magic = BOOT_HANDOVER_REJOIN;
  handover->replica = to;
  handover->partition_offset = copy_offset_of(to);
}

void agreed_fold_for(uint32_t to, struct page_hash *all) {
  prepare(to);
  page_hash_words(all, other.words, ARRAY_SIZE(other.words));
}

static word_t page_of(paddr_t own) {
  return (own - RAM_BASE) >> UNTYPED_PAGE_BITS;
}

/* Move on to the word of an open page that lies where `own` does here.
   @return Words from there to the end of the page. */
static word_t find_in(word_t **page, paddr_t own) {
  word_t offset = own % COPY_PAGE_SIZE;
  *page += offset / sizeof(**page);
  return (COPY_PAGE_SIZE - offset) / sizeof(**page);
}

/* Write `bytes` (whole words) to the address that `own` has over there. */
static void write_foreign(uint32_t to, const void *own, const void *from,
                          word_t bytes) {
  const word_t *words = from;
  paddr_t at = arch_paddr(own);
  for (word_t left = bytes / sizeof(*words); left > 0;) {
    word_t *page = copy_open_to(to, page_of(at));
    word_t count = find_in(&page, at);
    count = count < left ? count : left;
    for (word_t i = 0; i < count; i++)
      page[i] = *words++;
    copy_close();
    left -= count;
    at += count * sizeof(*words);
  }
}

paddr_t agreed_hand_to(uint32_t to) {
  write_foreign(to, &replica, &other.is.replica, sizeof(replica));
  write_foreign(to, &handed, &other.is.handover, sizeof(handed));
  return arch_paddr(&handed);
}

/* ---- scrubbing ----------------------------------------------------------- */

/* In the form of a joiner of number 0, whoever that is. */
struct page_hash agreed_hash(void) {
  struct page_hash hash = PAGE_HASH_INITIAL;
  agreed_fold_for(0, &hash);
  return hash;
}

/* Read what lies over there at the address of `own`. */
static void read_foreign(uint32_t from, const void *own, void *to,
                         word_t bytes) {
  word_t *words = to;
  paddr_t at = arch_paddr(own);
  for (word_t left = bytes / sizeof(*words); left > 0;) {
    word_t *page = copy_open(from, page_of(at));
    word_t count = find_in(&page, at);
    count = count < left ? count : left;
    for (word_t i = 0; i < count; i++)
      *words++ = page[i];
    copy_close();
    left -= count;
    at += count * sizeof(*words);
  }
}

void agreed_copy_from(uint32_t from) {
  struct boot_handover own = handed;
  read_foreign(from, &replica, &other.is.replica, sizeof(replica));
  read_foreign(from, &handed, &other.is.handover, sizeof(handed));
  take(&replica, &other.is.replica);
  replica.calm = CALM_NOT; /* it may name a settled round of before */
  handed = other.is.handover;
  handed.magic = own.magic;
  handed.replica = own.replica;
  handed.partition_offset = own.partition_offset;
}
