/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Meetings on the target. The common case, everybody arrives and agrees, is
 * the short polling loop meet_wait; anything else steps the state machine of
 * rcoe/meeting.h over full views.
 */
#include "rcoe/meet.h"

#include "abi/event.h"
#include "kernel/arch.h"
#include "kernel/compiler.h"
#include "kernel/event.h"
#include "rcoe/channel.h"
#include "rcoe/donate.h"
#include "rcoe/interrupts.h"
#include "rcoe/record.h"
#include "rcoe/verdict.h"
#include "rcoe/vote.h"

#define REPUBLISH_EVERY 16u /* polls */
#define SKEW_SHARE 8u       /* cores may drift apart by an eighth */

/* Arrivals as they were when the meeting was passed. */
static REPLICA_LOCAL struct arrival seen[REPLICA_MAX];

/* What this replica took from the meeting that it has passed last: what it
   answers who is held up there. Kept only where there was something to take. */
static REPLICA_LOCAL struct answer taken;

static struct answer *taken_at(uint32_t meeting) {
  if (taken.meeting != meeting)
    taken = (struct answer){.meeting = meeting, .proposal = PROPOSAL_NONE};
  return &taken;
}

void meet_new_event(uint32_t kind, uint32_t detail) {
  replica.time++;
  replica.kind = kind;
  signature_fold(&replica.signature, kind << 28 ^ detail);
}

static void arrive(uint32_t proposal) {
  uint32_t number = ++replica.meeting;
  struct arrival *own = &replica.arrival[number & 1];
  own->meeting = number;
  own->time = (uint32_t)replica.time;
  own->signature_lo = replica.signature.lo;
  own->signature_hi = replica.signature.hi;
  own->proposal = proposal;
  own->join = donate_ready() | (replica.repeat ? ARRIVAL_REPEAT : 0) |
              replica.kind << ARRIVAL_KIND_SHIFT;
  own->round = replica.stop.round > replica.settled ? replica.stop.round
                                                    : replica.settled;
  seen[replica.self] = *own;
  channel_publish_arrival(number);
}

enum peer { PEER_AGREES, PEER_WAITED_FOR, PEER_ODD };

/* Since when and for how long this replica waits for the others. */
struct wait {
  uint64_t started; /* 0: not yet */
  uint64_t allowance;
};

/* What one peer's slot says, in the fewest instructions. */
SECTION(".text.wait.peer")
static enum peer peer_look(const struct slot *slot, struct arrival *arrival) {
  const struct arrival *own = &replica.arrival[replica.meeting & 1];
  if (atomic_load_explicit(&slot->record[RECORD_NOTICE].word[0],
                           memory_order_relaxed) != HEALTH_GOOD)
    return PEER_ODD;
  if (!record_read(&slot->record[replica.meeting & 1], arrival) ||
      arrival->meeting != own->meeting)
    return PEER_WAITED_FOR;
  bool equal = arrival->time == own->time &&
               arrival->signature_lo == own->signature_lo &&
               arrival->signature_hi == own->signature_hi;
  return equal ? PEER_AGREES : PEER_ODD;
}

_Static_assert(RECORD_ARRIVAL_EVEN == 0 && RECORD_ARRIVAL_ODD == 1,
               "peer_look indexes arrivals by parity");

/* All peers at once: the worst answer of any. */
SECTION(".text.wait.peers")
static enum peer peers_look(void) {
  enum peer worst = PEER_AGREES;
  for (uint32_t peers = replica_peers(); peers; peers &= peers - 1) {
    uint32_t j = lifecycle_lowest(peers);
    enum peer peer = peer_look(channel_slot(j), &seen[j]);
    worst = peer > worst ? peer : worst;
  }
  return worst;
}

uint32_t meet_joiner(void) {
  uint32_t join = seen[lifecycle_lowest(replica.cycle.live)].join;
  uint32_t configured = (1u << replica.config.replicas) - 1;
  uint32_t joiner = join & configured & ~replica.cycle.live;
  if (joiner)
    taken_at(replica.meeting)->join |= joiner;
  return joiner;
}

bool meet_repeat(void) {
  uint32_t all = 0;
  for (uint32_t live = replica.cycle.live; live; live &= live - 1)
    all |= seen[lifecycle_lowest(live)].join;
  if (all & ARRIVAL_REPEAT)
    taken_at(replica.meeting)->join |= ARRIVAL_REPEAT;
  return (all & ARRIVAL_REPEAT) != 0;
}

void meet_aligned(void) {
  replica.aligned = arch_time();
}

uint64_t meet_allowance(void) {
  return replica.limits.deadline + replica.grace +
         (arch_time() - replica.aligned) / SKEW_SHARE;
}

/* Wait for plain agreement. @return False if it takes a closer look. */
SECTION(".text.wait.meet")
static bool meet_wait(struct wait *wait) {
  enum peer peers = peers_look();
  if (peers == PEER_WAITED_FOR) {
    wait->started = arch_time();
    wait->allowance = meet_allowance();
  }
  for (uint32_t polls = 1; peers == PEER_WAITED_FOR; polls++) {
    uint64_t waited = arch_time() - wait->started;
    if (waited > replica.limits.ask) {
      interrupts_poke(); /* user code may sleep in an instruction of its own */
      return false;
    }
    if (polls % REPUBLISH_EVERY == 0)
      channel_republish();
    arch_wait_for_event();
    peers = peers_look();
  }
  return peers == PEER_AGREES;
}

static void announce(uint32_t number, uint32_t suspects, uint32_t detector) {
  replica.notice.health = HEALTH_DISPUTE;
  replica.notice.meeting = number;
  replica.notice.suspects = suspects;
  replica.notice.detector = detector;
  channel_publish_notice();
}

static void notice_clean(void) {
  replica.notice.health = HEALTH_GOOD;
  replica.notice.suspects = 0;
  channel_publish_notice();
}

static void record_detection(const struct meeting *m, const struct view *view) {
  const struct arrival *own = &view->arrival[view->self];
  uint32_t other = lifecycle_lowest(
      m->suspects & view->live ? m->suspects & view->live : replica_peers());
  word_t args[4] = {m->detector, m->suspects, own->signature_lo,
                    view->arrival[other & 3].signature_lo};
  if (m->suspects)
    event_write(EVENT_DETECT, args, NULL);
}

static void answer(uint32_t number) {
  replica.answer = *taken_at(number);
  channel_publish_answer();
}

/* Pass the meeting as the guide did; the suspects' word is not asked. */
static void follow(const struct meeting *m, const struct view *view) {
  const struct answer *guide = &view->answer[m->guide];
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    bool suspected = m->suspects >> j & 1;
    seen[j] = view->arrival[suspected ? m->guide : j];
    if (!suspected)
      continue;
    seen[j].proposal = guide->proposal;
    seen[j].join = guide->join;
  }
}

/* Do what the state machine says. @return True when the meeting is passed. */
static bool act(struct meeting *m, const struct view *view,
                enum meeting_action action) {
  switch (action) {
  case MEETING_PASS:
    for (uint32_t j = 0; j < REPLICA_MAX; j++)
      seen[j] = view->arrival[j];
    return true;
  case MEETING_ANNOUNCE:
    record_detection(m, view);
    announce(m->number, m->suspects, m->detector);
    return false;
  case MEETING_ANSWER:
    answer(m->number - 1);
    return false;
  case MEETING_ASK:
  case MEETING_RETRACT:
    announce(m->number, SUSPECTS_UNKNOWN, DETECTOR_NONE);
    return false;
  case MEETING_FOLLOW:
    follow(m, view);
    return true;
  case MEETING_CONVICT:
    verdict_convict(m->convicted);
    return false;
  case MEETING_FAILSTOP:
    verdict_failstop(m->detector);
  case MEETING_WAIT:
  default:
    channel_republish();
    arch_wait_for_event();
    return false;
  }
}

static void meet_closely(const struct wait *wait) {
  static REPLICA_LOCAL struct view view;
  struct meeting_limits limits = replica.limits;
  struct meeting m;
  limits.deadline = wait->started ? wait->allowance : meet_allowance();
  limits.verdict_deadline += limits.deadline - replica.limits.deadline;
  meeting_start(&m, replica.meeting,
                wait->started ? wait->started : arch_time(), &limits);
  m.compare = replica.config.voting != VOTING_OFF;
  m.silent = replica.silent;
  for (;;) {
    channel_view(&view);
    enum meeting_action action = meeting_step(&m, &view, arch_time(), &limits);
    if (act(&m, &view, action))
      return;
    if (action == MEETING_RETRACT || action == MEETING_CONVICT)
      meeting_restart(&m, arch_time(), &limits);
  }
}

/* Every round that a live replica has seen is over with this meeting. */
static void settle_rounds(void) {
  uint32_t settled = replica.settled;
  for (uint32_t live = replica.cycle.live; live; live &= live - 1) {
    uint32_t round = seen[lifecycle_lowest(live)].round;
    if (round > settled && round - replica.settled <= ROUND_WINDOW)
      settled = round;
  }
  replica.settled = settled;
  if (replica.stop.round > settled + ROUND_WINDOW)
    replica.stop.round = settled; /* a flipped number would never be met */
}

/* The meeting is over: what everybody learned from it. */
static void passed(enum meet_kind kind) {
  settle_rounds();
  if (replica.notice.health == HEALTH_DISPUTE &&
      replica.notice.meeting != replica.meeting)
    notice_clean();
  if (kind != MEET_PLAIN) {
    uint32_t proposal = seen[replica.cycle.primary].proposal;
    if (proposal != PROPOSAL_NONE)
      taken_at(replica.meeting)->proposal = proposal;
    interrupts_accept(proposal);
  }
  if (!replica.recovering)
    return;
  replica.recovering = false;
  event_write(EVENT_RESUME,
              (word_t[4]){replica.cycle.live, replica.cycle.primary}, NULL);
}

void meet(enum meet_kind kind) {
  struct wait wait = {0};
  arrive(kind == MEET_PLAIN ? PROPOSAL_NONE : interrupts_propose());
  if (!meet_wait(&wait))
    meet_closely(&wait);
  passed(kind);
}
