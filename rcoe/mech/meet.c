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
#include "rcoe/arrive.h"
#include "rcoe/channel.h"
#include "rcoe/drifts.h"
#include "rcoe/interrupts.h"
#include "rcoe/record.h"
#include "rcoe/verdict.h"
#include "rcoe/vote.h"

#define REPUBLISH_EVERY 16u /* polls */
#define SKEW_SHARE 8u       /* cores may drift apart by an eighth */

/* Arrivals as they were when the meeting was passed. */
static REPLICA_LOCAL struct arrival seen[REPLICA_MAX];

/* What the last meeting brought at which not all arrivals were alike. */
static REPLICA_LOCAL struct answer taken;

static const struct arrival_copy *own_copy(void) {
  return &replica.arrival[replica.meeting & 1];
}

enum peer { PEER_AGREES, PEER_WAITED_FOR, PEER_ODD };

/* Since when and for how long this replica waits for the others. */
struct wait {
  uint64_t started; /* 0: not yet */
  uint64_t allowance;
};

/* ---- the usual case: all arrivals are equal in every word ---------------- */

static inline uint32_t look(const _Atomic uint32_t *word) {
  return atomic_load_explicit(word, memory_order_relaxed);
}

/* The same look as that of arrive_and_look(). */
static inline bool slot_is_alike(const struct slot *slot,
                                 const struct arrival_copy *own) {
  const struct shared_record *arrival = &slot->record[own->said.meeting & 1];
  return look(&arrival->check) == own->check &&
         look(&arrival->word[4]) == own->said.meeting &&
         look(&arrival->word[5]) == own->said.signature_lo &&
         look(&arrival->word[6]) == own->said.signature_hi &&
         look(&slot->record[RECORD_NOTICE].word[0]) == HEALTH_GOOD;
}

_Static_assert(RECORD_ARRIVAL_EVEN == 0 && RECORD_ARRIVAL_ODD == 1,
               "arrivals are indexed by parity");
_Static_assert(offsetof(struct arrival, meeting) == ARRIVE_VOTED &&
                   offsetof(struct arrival, signature_lo) == 20 &&
                   offsetof(struct arrival, signature_hi) == 24 &&
                   offsetof(struct slot, record[RECORD_NOTICE]) ==
                       ARRIVE_NOTICE,
               "arrive.S and slot_is_alike pick these words");
_Static_assert(offsetof(struct replica, time) == 0 &&
                   offsetof(struct replica, meeting) == 8 &&
                   offsetof(struct replica, signature) == ARRIVE_SIGNATURE &&
                   offsetof(struct replica, arrival) == ARRIVE_COPIES &&
                   offsetof(struct replica, own) == ARRIVE_SLOT &&
                   offsetof(struct replica, peer) == ARRIVE_PEERS &&
                   offsetof(struct replica, rest) == ARRIVE_REST &&
                   CONTEXT_R0 == 0 &&
                   CONTEXT_FAULT_IP * sizeof(word_t) == ARRIVE_FAULT_IP,
               "arrive.S picks these words");

static bool peers_are_alike(const struct arrival_copy *own) {
  for (uint32_t i = 0; replica.peer[i]; i++)
    if (!slot_is_alike(replica.peer[i], own))
      return false;
  return true;
}

/* ---- otherwise: read whole records --------------------------------------- */

static enum peer peer_look(const struct slot *slot, struct arrival *arrival) {
  const struct arrival *own = &own_copy()->said;
  if (look(&slot->record[RECORD_NOTICE].word[0]) != HEALTH_GOOD)
    return PEER_ODD;
  enum record_index index = channel_arrival_record(replica.meeting);
  if (!record_read(&slot->record[index], index, arrival) ||
      arrival->meeting != own->meeting)
    return PEER_WAITED_FOR;
  bool equal = arrival->time == own->time &&
               arrival->signature_lo == own->signature_lo &&
               arrival->signature_hi == own->signature_hi;
  return equal ? PEER_AGREES : PEER_ODD;
}

/* All peers at once: the worst answer of any. */
OUT_OF_LINE SECTION(".text.wait.peers") static enum peer peers_look(void) {
  enum peer worst = PEER_AGREES;
  for (uint32_t peers = replica_peers(); peers; peers &= peers - 1) {
    uint32_t j = lifecycle_lowest(peers);
    enum peer peer = peer_look(channel_slot(j), &seen[j]);
    worst = peer > worst ? peer : worst;
  }
  return worst;
}

uint32_t meet_memory(uint32_t of) {
  const struct arrival *arrival = replica.alike ? &own_copy()->said : &seen[of];
  return arrival->aside & ARRIVAL_DIGEST;
}

void meet_aligned(void) {
  replica.aligned = arch_time();
}

uint64_t meet_allowance(void) {
  return replica.limits.deadline + replica.grace +
         (arch_time() - replica.aligned) / SKEW_SHARE;
}

/*
 * Wait for plain agreement. PEER_AGREES: all arrivals are in seen[];
 * PEER_WAITED_FOR: all became alike; PEER_ODD: it takes a closer look, as it
 * does when half of the deadline is over.
 */
OUT_OF_LINE SECTION(".text.wait.meet") static enum peer
    meet_wait(struct wait *wait) {
  wait->started = arch_time();
  wait->allowance = meet_allowance();
  for (uint32_t polls = 1;; polls++) {
    enum peer peers = peers_look();
    if (peers != PEER_WAITED_FOR)
      return peers;
    uint64_t waited = arch_time() - wait->started;
    if (waited > replica.limits.ask) {
      interrupts_poke(); /* user code may sleep in an instruction of its own */
      return PEER_ODD;
    }
    if (polls % REPUBLISH_EVERY == 0)
      channel_republish();
    arch_wait_for_event();
    if (peers_are_alike(own_copy()))
      return PEER_WAITED_FOR;
  }
}

/* A verdict about meeting `number`; 0: there is none (any more). */
static void announce(uint32_t number, uint32_t suspects, uint32_t detector) {
  replica.notice.health = number ? HEALTH_DISPUTE : HEALTH_GOOD;
  replica.notice.meeting = number;
  replica.notice.suspects = suspects;
  replica.notice.detector = detector;
  channel_publish_notice();
}

/* This replica has passed meeting `number`, the last one, and took this. */
static void answer(uint32_t number) {
  const struct arrival *own = &replica.arrival[number & 1].said;
  replica.answer = taken;
  if (taken.meeting != number) { /* all were like the own one */
    replica.answer.meeting = number;
    replica.answer.proposal = own->proposal;
    for (uint32_t j = 0; j < REPLICA_MAX; j++)
      replica.answer.aside[j] = own->aside;
  }
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
    seen[j].aside = guide->aside[j];
  }
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
  case MEETING_FOLLOW:
    follow(m, view);
    return true;
  case MEETING_ANSWER:
    answer(m->number - 1);
    return false;
  case MEETING_ASK:
  case MEETING_RETRACT:
    announce(m->number, SUSPECTS_UNKNOWN, DETECTOR_NONE);
    return false;
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
  replica.calm = CALM_NOT;
  limits.deadline = wait->started ? wait->allowance : meet_allowance();
  limits.verdict_deadline += limits.deadline - replica.limits.deadline;
  meeting_start(&m, replica.meeting,
                wait->started ? wait->started : arch_time(), &limits);
  m.compare = replica.config.voting != VOTING_OFF;
  m.silent = replica.silent;
  m.accused = replica.accused;
  m.charge = replica.charge;
  for (;;) {
    channel_view(&view);
    enum meeting_action action = meeting_step(&m, &view, arch_time(), &limits);
    if (act(&m, &view, action))
      return;
    if (action == MEETING_RETRACT || action == MEETING_CONVICT)
      meeting_restart(&m, arch_time(), &limits);
  }
}

/* Rounds up to `round` are over. */
static void settle(uint32_t round) {
  replica.settled = round;
  if (replica.stop.round <= round + ROUND_WINDOW)
    return;
  replica.stop.round = round; /* a flipped number would never be met */
  channel_publish_stop();
}

static bool is_believed(uint32_t round) {
  return round > replica.settled && round - replica.settled <= ROUND_WINDOW;
}

/* Every round that a live replica has seen is over with this meeting. */
static void settle_rounds(void) {
  uint32_t settled = replica.settled;
  for (uint32_t live = replica.cycle.live; live; live &= live - 1) {
    uint32_t round = seen[lifecycle_lowest(live)].round;
    if (round > settled && is_believed(round))
      settled = round;
  }
  settle(settled);
}

/* Replicas that drift must take interrupts wherever they meet. */
static inline bool accepts(enum meet_kind kind) {
  return kind != MEET_PLAIN || replica.drifts;
}

/* What all arrivals, equal in every word, have brought. */
static inline void learn_from_own(enum meet_kind kind) {
  const struct arrival *own = &own_copy()->said;
  if (own->round != replica.settled)
    settle(is_believed(own->round) ? own->round : replica.settled);
  replica.alike = true;
  replica.wishes = own->aside;
  if (accepts(kind) && (own->proposal != PROPOSAL_NONE || replica.holding))
    interrupts_accept(own->proposal);
}

/* What the arrivals in seen[] have brought. */
static void learn_from_all(enum meet_kind kind) {
  replica.calm = CALM_NOT; /* calm arrivals name the rounds of before */
  settle_rounds();
  replica.alike = false;
  replica.wishes = 0;
  taken.meeting = replica.meeting;
  taken.proposal = seen[replica.cycle.primary].proposal;
  for (uint32_t live = replica.cycle.live; live; live &= live - 1) {
    uint32_t j = lifecycle_lowest(live);
    taken.aside[j] = seen[j].aside;
    replica.wishes |= seen[j].aside;
  }
  if (accepts(kind))
    interrupts_accept(taken.proposal);
}

/* A dispute or a conviction is over. */
static OUT_OF_LINE void calm_down(void) {
  if (replica.notice.health == HEALTH_DISPUTE &&
      replica.notice.meeting != replica.meeting)
    announce(0, 0, DETECTOR_NONE);
  if (!replica.recovering)
    return;
  replica.recovering = false;
  event_write(EVENT_RESUME,
              (word_t[4]){replica.cycle.live, replica.cycle.primary}, NULL);
}

static void meet_slowly(enum meet_kind kind) {
  struct wait wait = {0};
  enum peer peers = meet_wait(&wait);
  seen[replica.self] = own_copy()->said;
  if (peers == PEER_ODD)
    meet_closely(&wait);
  if (peers == PEER_WAITED_FOR)
    learn_from_own(kind);
  else
    learn_from_all(kind);
}

static inline void passed(void) {
  if (replica.drifts)
    drift_passed();
  if (replica.notice.health != HEALTH_GOOD || replica.recovering)
    calm_down();
}

void meet_closer(enum meet_kind kind) {
  meet_slowly(kind);
  passed();
}

void meet_list_peers(void) {
  uint32_t i = 0;
  if (replica.listed == replica.cycle.live)
    return;
  for (uint32_t peers = replica_peers(); peers; peers &= peers - 1)
    replica.peer[i++] = channel_slot(lifecycle_lowest(peers));
  replica.peer[i] = NULL;
  replica.listed = replica.cycle.live;
}

static struct arrival_rest rest_of(enum meet_kind kind) {
  bool proposes = accepts(kind) && replica_is_primary();
  uint32_t settled = replica.settled;
  uint32_t stopped = replica.stop.round;
  return (struct arrival_rest){
      .proposal = proposes ? interrupts_propose() : PROPOSAL_NONE,
      .round = stopped > settled ? stopped : settled,
      .aside = replica.memory | (replica.repeat ? ARRIVAL_REPEAT : 0) |
               replica.kind << ARRIVAL_KIND_SHIFT,
  };
}

void meet(enum meet_kind kind) {
  struct arrival_rest rest = rest_of(kind);
  meet_list_peers();
  if (!arrive_and_look(&replica, &rest)) {
    meet_closer(kind);
    return;
  }
  learn_from_own(kind);
  passed();
}

/* Nobody passes with the accused, so nobody need look for the usual case. */
void meet_accusing(uint32_t accused, uint32_t detector) {
  struct arrival_rest rest = rest_of(MEET_PLAIN);
  replica_fold(accused);
  replica.accused = accused;
  replica.charge = detector;
  meet_list_peers();
  (void)arrive_and_look(&replica, &rest);
  seen[replica.self] = own_copy()->said;
  meet_closely(&(struct wait){0});
  replica.accused = 0;
  learn_from_all(MEET_PLAIN);
  passed();
}
