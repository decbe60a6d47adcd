/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stepped replicas. The driving of the state machine follows rcoe/mech/meet.c
 * and rcoe/mech/verdict.c; when those change, this must change with them.
 * A record is written and read in one step: torn records are the subject of
 * test_record.
 */
#include "harness/fake_replicas.h"

#include "rcoe/record.h"

#include <string.h>

#define COMPUTE_MAX 100u    /* healthy time between two meetings */
#define BURST_MAX 8u        /* steps in a row of one replica */
#define STEPS_MAX 1000000u  /* of all; far beyond any patience */
#define REPUBLISH_EVERY 16u /* polls */
#define FLIP_ONE_IN 64u     /* steps of the whole system */

static const struct meeting_limits limits = {
    .deadline = FAKE_DEADLINE,
    .verdict_deadline = FAKE_VERDICT_DEADLINE,
    .patience = FAKE_PATIENCE,
};

uint32_t fake_random(struct fake_world *w, uint32_t limit) {
  w->random ^= w->random << 13;
  w->random ^= w->random >> 7;
  w->random ^= w->random << 17;
  return (uint32_t)((w->random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

/* Has `victim` this fault, and has its meeting come? */
static bool faulty_since(const struct fake_world *w, uint32_t victim,
                         enum fake_fault_kind kind, uint32_t meeting) {
  for (uint32_t i = 0; i < w->fault_count; i++)
    if (w->fault[i].kind == kind && w->fault[i].victim == victim &&
        w->fault[i].meeting <= meeting)
      return true;
  return false;
}

/* Is it just this meeting? */
static bool faulty(const struct fake_world *w, uint32_t victim,
                   enum fake_fault_kind kind, uint32_t meeting) {
  return faulty_since(w, victim, kind, meeting) &&
         !faulty_since(w, victim, kind, meeting - 1);
}

/* ---- slots --------------------------------------------------------------- */

static void publish_arrivals(struct fake_world *w, struct fake_replica *r) {
  struct shared_record *record = w->slot[r->self].record;
  record_write(&record[RECORD_ARRIVAL_EVEN], &r->arrival[0]);
  record_write(&record[RECORD_ARRIVAL_ODD], &r->arrival[1]);
  for (uint32_t parity = 0; parity < 2; parity++)
    if (faulty_since(w, r->self, FAKE_SLOT_CORRUPT, r->arrival[parity].meeting))
      record[parity].word[3] ^= 0x100;
}

static void publish_notice(struct fake_world *w, struct fake_replica *r) {
  record_write(&w->slot[r->self].record[RECORD_NOTICE], &r->notice);
}

static void republish(struct fake_world *w, struct fake_replica *r) {
  publish_arrivals(w, r);
  publish_notice(w, r);
}

static uint32_t peers_of(const struct fake_replica *r) {
  return r->cycle.live & ~(1u << r->self);
}

static void look(struct fake_world *w, struct fake_replica *r,
                 struct view *view) {
  memset(view, 0xa5, sizeof(*view)); /* what is not read means nothing */
  view->self = r->self;
  view->live = r->cycle.live;
  view->arrival_good = view->notice_good = 1u << r->self;
  view->arrival[r->self] = r->arrival[r->number & 1];
  view->notice[r->self] = r->notice;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct shared_record *record = w->slot[j].record;
    if (!(peers_of(r) >> j & 1))
      continue;
    if (record_read(&record[r->number & 1], &view->arrival[j]))
      view->arrival_good |= 1u << j;
    if (record_read(&record[RECORD_NOTICE], &view->notice[j]))
      view->notice_good |= 1u << j;
  }
}

static void end(struct fake_world *w, struct fake_replica *r,
                enum fake_state state, enum health health) {
  r->state = state;
  r->notice.health = health;
  publish_notice(w, r);
}

static void compute(struct fake_world *w, struct fake_replica *r) {
  uint32_t next = r->number + 1;
  r->state = FAKE_COMPUTING;
  r->wake = w->now + fake_random(w, COMPUTE_MAX);
  if (faulty(w, r->self, FAKE_SILENT, next))
    r->state = FAKE_DEAD;
  if (faulty(w, r->self, FAKE_LATE_WITHIN, next))
    r->wake += FAKE_DEADLINE / 2 + fake_random(w, FAKE_DEADLINE / 4);
  if (faulty(w, r->self, FAKE_LATE_BEYOND, next))
    r->wake += FAKE_DEADLINE + fake_random(w, 8 * FAKE_DEADLINE);
  if (faulty(w, r->self, FAKE_FAILED, next))
    end(w, r, FAKE_DYING, HEALTH_FAILED);
}

static void arrive(struct fake_world *w, struct fake_replica *r) {
  uint32_t number = ++r->number;
  struct arrival *own = &r->arrival[number & 1];
  r->time += 1 + faulty(w, r->self, FAKE_TIME, number);
  signature_fold(&r->signature, number);
  if (faulty(w, r->self, FAKE_SIGNATURE, number))
    signature_fold(&r->signature, fake_random(w, 2));
  *own = (struct arrival){
      .meeting = number,
      .time = r->time,
      .signature_lo = r->signature.lo,
      .signature_hi = r->signature.hi,
      .proposal = r->cycle.primary == r->self ? 100 * number + r->self : ~0u,
  };
  r->seen[r->self] = *own;
  r->started = 0;
  r->polls = 0;
  r->state = FAKE_WAITING;
  publish_arrivals(w, r);
}

static void notice_clean(struct fake_world *w, struct fake_replica *r) {
  r->notice.health = HEALTH_GOOD;
  r->notice.meeting = 0;
  r->notice.suspects = 0;
  publish_notice(w, r);
}

static void pass(struct fake_world *w, struct fake_replica *r) {
  r->passed = r->number;
  if (r->notice.health == HEALTH_DISPUTE && r->notice.meeting != r->number)
    notice_clean(w, r);
  if (r->passed <= FAKE_MEETINGS) {
    signature_fold(&r->accepted, r->seen[r->cycle.primary].proposal);
    r->final = r->cycle;
  }
  compute(w, r);
}

/* ---- the short polling loop ---------------------------------------------- */

enum peer { PEER_AGREES, PEER_WAITED_FOR, PEER_ODD };

static enum peer peer_look(const struct fake_world *w, struct fake_replica *r,
                           uint32_t j) {
  const struct shared_record *record = w->slot[j].record;
  const struct arrival *own = &r->arrival[r->number & 1];
  struct arrival *other = &r->seen[j];
  if (record[RECORD_NOTICE].word[0] != HEALTH_GOOD)
    return PEER_ODD;
  if (!record_read(&record[r->number & 1], other) ||
      other->meeting != own->meeting)
    return PEER_WAITED_FOR;
  bool equal = other->time == own->time &&
               other->signature_lo == own->signature_lo &&
               other->signature_hi == own->signature_hi;
  return equal ? PEER_AGREES : PEER_ODD;
}

static void look_closely(struct fake_world *w, struct fake_replica *r) {
  r->state = FAKE_CLOSELY;
  meeting_start(&r->meeting, r->number, r->started ? r->started : w->now,
                &limits);
}

static void wait_step(struct fake_world *w, struct fake_replica *r) {
  enum peer worst = PEER_AGREES;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    enum peer peer = peers_of(r) >> j & 1 ? peer_look(w, r, j) : PEER_AGREES;
    worst = peer > worst ? peer : worst;
  }
  if (worst == PEER_AGREES) {
    pass(w, r);
    return;
  }
  if (!r->started)
    r->started = w->now;
  if (worst == PEER_ODD || w->now - r->started > FAKE_DEADLINE)
    look_closely(w, r);
  else if (++r->polls % REPUBLISH_EVERY == 0)
    republish(w, r);
}

/* ---- the state machine and its actions ----------------------------------- */

static void announce(struct fake_world *w, struct fake_replica *r,
                     struct notice verdict) {
  verdict.epoch = r->notice.epoch;
  verdict.health = HEALTH_DISPUTE;
  r->notice = verdict;
  publish_notice(w, r);
  if (verdict.suspects &&
      faulty_since(w, r->self, FAKE_DIES_DISPUTE, r->number))
    r->state = FAKE_DEAD;
}

static void convict(struct fake_world *w, struct fake_replica *r,
                    uint32_t convicted) {
  if (convicted >> r->self & 1) {
    end(w, r, FAKE_DEAD, HEALTH_CONVICTED);
    return;
  }
  lifecycle_remove(&r->cycle, convicted);
  if (lifecycle_lowest(r->cycle.live) == r->self)
    for (uint32_t j = 0; j < REPLICA_MAX; j++)
      if (convicted >> j & 1)
        w->replica[j].state = FAKE_DEAD;
  r->notice.epoch = r->cycle.epoch;
  publish_notice(w, r);
  r->state = FAKE_CONFIRMING;
  r->wake = w->now + FAKE_VERDICT_DEADLINE;
}

static void close_step(struct fake_world *w, struct fake_replica *r) {
  struct meeting *m = &r->meeting;
  struct view view;
  look(w, r, &view);
  switch (meeting_step(m, &view, w->now, &limits)) {
  case MEETING_PASS:
    memcpy(r->seen, view.arrival, sizeof(r->seen));
    pass(w, r);
    return;
  case MEETING_ANNOUNCE:
    announce(w, r,
             (struct notice){.meeting = m->number,
                             .suspects = m->suspects,
                             .detector = m->detector});
    return;
  case MEETING_ANSWER:
    announce(w, r, (struct notice){.meeting = m->number - 1});
    return;
  case MEETING_RETRACT:
    notice_clean(w, r);
    meeting_restart(m, w->now, &limits);
    return;
  case MEETING_CONVICT:
    convict(w, r, m->convicted);
    return;
  case MEETING_FAILSTOP:
    end(w, r, FAKE_STOPPED, HEALTH_FAILSTOP);
    return;
  case MEETING_WAIT:
  default:
    republish(w, r);
  }
}

static bool survivors_confirmed(struct fake_world *w, struct fake_replica *r) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    struct notice notice = {0};
    if (!(peers_of(r) >> j & 1))
      continue;
    if (!record_read(&w->slot[j].record[RECORD_NOTICE], &notice) ||
        notice.epoch < r->cycle.epoch)
      return false;
  }
  return true;
}

static void confirm_step(struct fake_world *w, struct fake_replica *r) {
  if (!survivors_confirmed(w, r) && w->now < r->wake) {
    republish(w, r);
    return;
  }
  r->state = FAKE_CLOSELY;
  meeting_restart(&r->meeting, w->now, &limits);
}

/* A liar publishes a verdict of its own making and stands by it. */
static void lie(struct fake_world *w, struct fake_replica *r) {
  struct meeting *m = &r->meeting;
  look_closely(w, r);
  m->phase = MEETING_DISPUTE;
  m->suspects = 1u << (r->self + 1) % w->replicas;
  m->deadline = w->now + FAKE_VERDICT_DEADLINE;
  announce(w, r,
           (struct notice){.meeting = r->number, .suspects = m->suspects});
}

/* ---- the world ----------------------------------------------------------- */

static void step(struct fake_world *w, struct fake_replica *r) {
  switch (r->state) {
  case FAKE_COMPUTING:
    if (w->now < r->wake)
      return;
    arrive(w, r);
    if (faulty(w, r->self, FAKE_LIAR, r->number))
      lie(w, r);
    return;
  case FAKE_WAITING:
    wait_step(w, r);
    return;
  case FAKE_CLOSELY:
    close_step(w, r);
    return;
  case FAKE_CONFIRMING:
    confirm_step(w, r);
    return;
  case FAKE_DYING:
  case FAKE_STOPPED:
    publish_notice(w, r);
    return;
  case FAKE_DEAD:
  default:
    return;
  }
}

/* One bit at a time: a record that is already wrong is left to its owner. */
static void flip(struct fake_world *w) {
  uint32_t payload[RECORD_WORDS];
  for (uint32_t i = 0; i < w->fault_count; i++) {
    const struct fake_fault *fault = &w->fault[i];
    struct shared_record *record =
        &w->slot[fault->victim].record[fake_random(w, RECORD_COUNT)];
    if (fault->kind == FAKE_SLOT_FLIP && !fake_random(w, FLIP_ONE_IN) &&
        record_read(record, payload))
      record->word[fake_random(w, RECORD_WORDS)] ^= 1u << fake_random(w, 32);
  }
}

/* Has everybody passed the last meeting that counts, or stopped? */
static bool all_ended(const struct fake_world *w) {
  for (uint32_t j = 0; j < w->replicas; j++)
    if (w->replica[j].passed < FAKE_MEETINGS &&
        w->replica[j].state < FAKE_STOPPED)
      return false;
  return true;
}

/* One turn for every replica, in an order and of lengths that the seed picks.
 */
static void turn(struct fake_world *w) {
  uint32_t first = fake_random(w, w->replicas);
  uint32_t stride = fake_random(w, 2) ? 1 : w->replicas - 1;
  for (uint32_t k = 0; k < w->replicas; k++) {
    uint32_t j = (first + k * stride) % w->replicas;
    for (uint32_t n = 1 + fake_random(w, BURST_MAX); n > 0; n--) {
      w->now++;
      step(w, &w->replica[j]);
      flip(w);
    }
  }
}

bool fake_world_run(struct fake_world *w) {
  for (uint32_t j = 0; j < w->replicas; j++)
    compute(w, &w->replica[j]);
  while (!all_ended(w)) {
    if (w->now > STEPS_MAX)
      return false;
    turn(w);
  }
  return true;
}

void fake_world_init(struct fake_world *w, uint32_t replicas, uint64_t seed) {
  memset(w, 0, sizeof(*w));
  w->replicas = replicas;
  w->seed = seed;
  w->random = (seed + 1) * 0x9e3779b97f4a7c15ull;
  w->now = 1;
  for (uint32_t j = 0; j < replicas; j++) {
    struct fake_replica *r = &w->replica[j];
    r->self = j;
    r->signature = SIGNATURE_INITIAL;
    r->accepted = SIGNATURE_INITIAL;
    lifecycle_init(&r->cycle, replicas);
    republish(w, r);
  }
}

void fake_world_add(struct fake_world *w, struct fake_fault fault) {
  if (w->fault_count < FAKE_FAULTS)
    w->fault[w->fault_count++] = fault;
}

uint32_t fake_world_healthy(const struct fake_world *w) {
  uint32_t healthy = (1u << w->replicas) - 1;
  for (uint32_t i = 0; i < w->fault_count; i++) {
    enum fake_fault_kind kind = w->fault[i].kind;
    if (kind != FAKE_NONE && kind != FAKE_LATE_WITHIN && kind != FAKE_SLOT_FLIP)
      healthy &= ~(1u << w->fault[i].victim);
  }
  return healthy;
}
