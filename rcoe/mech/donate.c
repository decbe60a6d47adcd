/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying a running replica. A page of the partition is one of these:
 *
 *   replica-local      cleared in the pause, then the private state is written
 *   hardware tables    copied in the pause, with the other partition's offset
 *   user page          copied while running; again in the pause if written
 *   kernel's code      copied while running
 *   other, in use      copied in the pause (kernel data, TCBs, CNodes ...)
 *   not in use         cleared, because the kernel relies on it being zero
 *
 * Writes only to the partition of a replica that is not live.
 */
#include "rcoe/donate.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/fpu.h"
#include "kernel/plat.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"
#include "rcoe/channel.h"
#include "rcoe/copy.h"
#include "rcoe/meet.h"
#include "rcoe/policy.h"
#include "rcoe/rejoin.h"
#include "rcoe/track.h"

#define PAGES (UNTYPED_RAM_MAX >> UNTYPED_PAGE_BITS)
#define PAGES_PER_STEP 16u
#define HOUR_US 3600000000ull

enum phase { PHASE_NONE, PHASE_COPYING, PHASE_READY };

static REPLICA_LOCAL struct donation {
  enum phase phase;
  uint32_t to;       /* number of the replica */
  word_t page;       /* next one to look at */
  word_t before;     /* pages copied while running */
  word_t pause;      /* pages copied in the pause */
  uint64_t earliest; /* when the back-off is over; 0: not set */
  uint64_t hour;     /* when convictions were last counted from zero */
  uint32_t copied[PAGES / 32];
} donation;

/* What the joining replica finds as its hand-over, at this very address. */
static REPLICA_LOCAL struct boot_handover handed;

void donate_init(const struct boot_handover *handover) {
  handed = *handover;
  donation.phase = PHASE_NONE;
}

/* ---- pages --------------------------------------------------------------- */

static bool is_copied(word_t page) {
  return donation.copied[page / 32] >> (page % 32) & 1;
}

static void note_copied(word_t page) {
  donation.copied[page / 32] |= 1u << (page % 32);
}

/* ---- while running ------------------------------------------------------- */

/* One page of the first pass. @return Whether it was work. */
static bool pass_page(word_t page) {
  paddr_t paddr = copy_paddr(page);
  if (arch_is_replica_local(paddr) || copy_tables_in(page))
    return false;
  if (untyped_is_dirty(paddr)) {
    copy_page_to(donation.to, page);
    note_copied(page);
    donation.before++;
  } else {
    copy_clear(donation.to, page);
  }
  return true;
}

static void start(uint32_t to) {
  donation.phase = PHASE_COPYING;
  donation.to = to;
  donation.page = 0;
  donation.before = 0;
  donation.pause = 0;
  for (word_t i = 0; i < PAGES / 32; i++)
    donation.copied[i] = 0;
  track_start();
  event_write(EVENT_DONATE, (word_t[4]){to}, NULL);
}

/* What the joiner's slot said in its last life must not be read again. */
static void clear_slot(void) {
  word_t *slot = copy_open_real(SHARED_BASE + donation.to * SHARED_BLOCK_SIZE +
                                SHARED_SLOT_OFFSET);
  for (word_t i = 0; i < sizeof(struct slot) / sizeof(*slot); i++)
    slot[i] = 0;
  copy_close();
}

static void copy_some(void) {
  word_t pages = replica.config.ram_size >> UNTYPED_PAGE_BITS;
  word_t work = 0;
  while (work < PAGES_PER_STEP && donation.page < pages)
    work += pass_page(donation.page++);
  if (donation.page < pages)
    return;
  clear_slot();
  donation.phase = PHASE_READY;
}

/* ---- when ---------------------------------------------------------------- */

/* Lowest-numbered replica that may come back; REPLICA_MAX if none. */
static uint32_t candidate(void) {
  uint32_t j = 0;
  while (j < replica.config.replicas &&
         ((replica.cycle.live >> j & 1) ||
          !policy_allows(&replica.config, replica.convictions[j])))
    j++;
  return j < replica.config.replicas ? j : REPLICA_MAX;
}

static void forget_old_convictions(uint64_t now) {
  if (now - donation.hour < HOUR_US * ARCH_TIME_PER_US)
    return;
  donation.hour = now;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    replica.convictions[j] = 0;
}

static void consider(void) {
  uint64_t now = arch_time();
  forget_old_convictions(now);
  uint32_t to = candidate();
  if (to == REPLICA_MAX)
    return;
  if (donation.earliest == 0) {
    uint64_t backoff =
        policy_backoff_us(&replica.config, replica.convictions[to]);
    donation.earliest = now + backoff * ARCH_TIME_PER_US;
  }
  if (now >= donation.earliest)
    start(to);
}

void donate_step(void) {
  uint32_t configured = (1u << replica.config.replicas) - 1;
  if (replica.cycle.live == configured ||
      lifecycle_lowest(replica.cycle.live) != replica.self)
    return;
  if (donation.phase == PHASE_COPYING)
    copy_some();
  else if (donation.phase == PHASE_NONE)
    consider();
}

uint32_t donate_ready(void) {
  return donation.phase == PHASE_READY ? 1u << donation.to : 0;
}

void donate_again(void) {
  if (donation.phase != PHASE_NONE)
    track_stop();
  donation.phase = PHASE_NONE;
  donation.earliest = 0;
}

/* ---- the pause ----------------------------------------------------------- */

static void finish_page(word_t page) {
  paddr_t paddr = copy_paddr(page);
  bool current = is_copied(page) && !track_is_dirty(page) &&
                 (track_is_user(page) || arch_is_constant(paddr));
  if (arch_is_replica_local(paddr)) {
    copy_clear(donation.to, page);
  } else if (!untyped_is_dirty(paddr)) {
    if (is_copied(page))
      copy_clear(donation.to, page);
  } else if (!current) {
    copy_page_to(donation.to, page);
    donation.pause++;
  }
}

/* Whole words of both maps without a bit need no look. */
static void finish_pages(void) {
  word_t pages = replica.config.ram_size >> UNTYPED_PAGE_BITS;
  for (word_t word = 0; word < pages / 32; word++) {
    if (!untyped_dirty[word] && !donation.copied[word])
      continue;
    for (word_t page = 32 * word; page < 32 * (word + 1); page++)
      finish_page(page);
  }
}

/* Write `bytes` (whole words) to the address that `own` has over there. */
static void write_foreign(const void *own, const void *from, word_t bytes) {
  const word_t *words = from;
  paddr_t at = arch_paddr(own);
  for (word_t i = 0; i < bytes / sizeof(*words); i++, at += sizeof(*words)) {
    word_t *page = copy_open(donation.to, (at - RAM_BASE) >> UNTYPED_PAGE_BITS);
    page[at % COPY_PAGE_SIZE / sizeof(*page)] = words[i];
    copy_close();
  }
}

/* The joiner starts as a copy of this replica that has only just arrived. */
static void write_private_state(void) {
  static REPLICA_LOCAL struct replica joiner;
  static REPLICA_LOCAL struct boot_handover handover;
  joiner = replica;
  joiner.self = donation.to;
  joiner.joining = true;
  joiner.holding = false;
  joiner.resumed_for = 0;
  joiner.heard = 0;
  joiner.pending = (struct irq_set){{0}};
  joiner.arrival[0] = (struct arrival){0};
  joiner.arrival[1] = (struct arrival){0};
  joiner.stop = (struct stop){.round = replica.settled};
  joiner.notice = (struct notice){.epoch = replica.cycle.epoch};
  joiner.operation = (struct operation){0};
  write_foreign(&replica, &joiner, sizeof(joiner));
  handover = handed;
  handover.magic = BOOT_HANDOVER_REJOIN;
  handover.replica = donation.to;
  handover.partition_offset = copy_offset_of(donation.to);
  write_foreign(&handed, &handover, sizeof(handover));
}

static void start_core(void) {
  paddr_t offset = copy_offset_of(donation.to);
  arch_devices_open();
  plat_core_start(donation.to, arch_kernel_entry() + offset,
                  arch_paddr(&handed) + offset);
  arch_devices_close();
}

void donate_admit(uint32_t joiner) {
  bool donor = donate_ready() == joiner;
  fpu_save(); /* in all: the live registers are no memory to be copied */
  if (donor)
    event_write(EVENT_ADMIT, (word_t[4]){joiner, replica.cycle.live}, NULL);
  lifecycle_add(&replica.cycle, joiner);
  replica.notice.epoch = replica.cycle.epoch;
  channel_publish_notice();
  replica.grace = (uint64_t)REJOIN_GRACE_US * ARCH_TIME_PER_US;
  if (donor) {
    track_stop();
    finish_pages();
    write_private_state();
    start_core();
    donation.phase = PHASE_NONE;
    donation.earliest = 0;
  }
  meet(MEET_PLAIN);
  replica.grace = 0;
  meet_aligned();
  if (donor && (replica.cycle.live & joiner))
    event_write(EVENT_REJOIN,
                (word_t[4]){joiner, replica.cycle.live, donation.before,
                            donation.pause},
                NULL);
}
