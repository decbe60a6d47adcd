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
#define REPUBLISH_EVERY 16u /* polls */

static const struct meeting_limits limits = {
    .deadline = FAKE_DEADLINE,
    .ask = FAKE_DEADLINE / 2,
    .verdict_deadline = FAKE_VERDICT_DEADLINE,
    .patience = FAKE_PATIENCE,
};

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
  record_write(&record[RECORD_ARRIVAL_EVEN], RECORD_ARRIVAL_EVEN,
               &r->arrival[0]);
  record_write(&record[RECORD_ARRIVAL_ODD], RECORD_ARRIVAL_ODD, &r->arrival[1]);
  for (uint32_t parity = 0; parity < 2; parity++)
    if (faulty_since(w, r->self, FAKE_SLOT_CORRUPT, r->arrival[parity].meeting))
      record[parity].word[3] ^= 0x100;
}

static void publish_notice(struct fake_world *w, struct fake_replica *r) {
  record_write(&w->slot[r->self].record[RECORD_NOTICE], RECORD_NOTICE,
               &r->notice);
}

static void publish_answer(struct fake_world *w, struct fake_replica *r) {
  record_write(&w->slot[r->self].record[RECORD_ANSWER], RECORD_ANSWER,
               &r->answer);
}

void fake_replica_republish(struct fake_world *w, struct fake_replica *r) {
  publish_arrivals(w, r);
  publish_notice(w, r);
  publish_answer(w, r);
}

static uint32_t peers_of(const struct fake_replica *r) {
  return r->cycle.live & ~(1u << r->self);
}

/*
 * The arrival of `j` at the meeting of `r`. A two-faced replica shows its
 * successor something else than the others: another ballot and proposal, or
 * nothing at all.
 */
static bool read_arrival(const struct fake_world *w,
                         const struct fake_replica *r, uint32_t j,
                         struct arrival *arrival) {
  bool deceived = r->self == (j + 1) % w->replicas;
  if (!record_read(&w->slot[j].record[r->number & 1], r->number & 1, arrival))
    return false;
  if (deceived && faulty_since(w, j, FAKE_HIDES, arrival->meeting))
    return false;
  if (deceived && faulty_since(w, j, FAKE_TWO_FACED, arrival->meeting)) {
    arrival->signature_lo ^= 1;
    arrival->proposal ^= 2;
  }
  return true;
}

static void look(struct fake_world *w, struct fake_replica *r,
                 struct view *view) {
  memset(view, 0xa5, sizeof(*view)); /* what is not read means nothing */
  view->self = r->self;
  view->live = r->cycle.live;
  view->arrival_good = view->notice_good = view->answer_good = 1u << r->self;
  view->arrival[r->self] = r->arrival[r->number & 1];
  view->notice[r->self] = r->notice;
  view->answer[r->self] = r->answer;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct shared_record *record = w->slot[j].record;
    if (!(peers_of(r) >> j & 1))
      continue;
    if (read_arrival(w, r, j, &view->arrival[j]))
      view->arrival_good |= 1u << j;
    if (record_read(&record[RECORD_NOTICE], RECORD_NOTICE, &view->notice[j]))
      view->notice_good |= 1u << j;
    if (record_read(&record[RECORD_ANSWER], RECORD_ANSWER, &view->answer[j]))
      view->answer_good |= 1u << j;
  }
}

static void end(struct fake_world *w, struct fake_replica *r,
                enum fake_state state, enum health health) {
  r->state = state;
  r->notice.health = health;
  publish_notice(w, r);
}

void fake_replica_compute(struct fake_world *w, struct fake_replica *r) {
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
  r->taken = (struct answer){.meeting = r->passed,
                             .proposal = r->seen[r->cycle.primary].proposal};
  if (r->passed <= FAKE_MEETINGS) {
    signature_fold(&r->accepted, r->seen[r->cycle.primary].proposal);
    r->final = r->cycle;
  }
  fake_replica_compute(w, r);
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
  if (!read_arrival(w, r, j, other) || other->meeting != own->meeting)
    return PEER_WAITED_FOR;
  bool equal = other->time == own->time &&
               other->signature_lo == own->signature_lo &&
               other->signature_hi == own->signature_hi;
  return equal ? PEER_AGREES : PEER_ODD;
}

/* Whom all come to accuse at the meeting of `r`. */
static uint32_t accused_by_all(const struct fake_world *w,
                               const struct fake_replica *r) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < w->replicas; j++)
    if (faulty(w, j, FAKE_ACCUSED, r->number))
      mask |= 1u << j;
  return mask;
}

static void look_closely(struct fake_world *w, struct fake_replica *r) {
  r->state = FAKE_CLOSELY;
  meeting_start(&r->meeting, r->number, r->started ? r->started : w->now,
                &limits);
  r->meeting.accused = accused_by_all(w, r);
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
  if (worst == PEER_ODD || w->now - r->started > limits.ask)
    look_closely(w, r);
  else if (++r->polls % REPUBLISH_EVERY == 0)
    fake_replica_republish(w, r);
}

/* ---- the state machine and its actions ----------------------------------- */

static void announce(struct fake_world *w, struct fake_replica *r,
                     struct notice verdict) {
  verdict.epoch = r->notice.epoch;
  verdict.health = HEALTH_DISPUTE;
  r->notice = verdict;
  publish_notice(w, r);
  if (verdict.suspects && verdict.suspects != SUSPECTS_UNKNOWN &&
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

/* Pass as the guide did. */
static void follow(struct fake_world *w, struct fake_replica *r,
                   const struct view *view) {
  const struct meeting *m = &r->meeting;
  memcpy(r->seen, view->arrival, sizeof(r->seen));
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if (m->suspects >> j & 1)
      r->seen[j].proposal = view->answer[m->guide].proposal;
  r->followed++;
  pass(w, r);
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
    r->answer = r->taken;
    publish_answer(w, r);
    return;
  case MEETING_FOLLOW:
    follow(w, r, &view);
    return;
  case MEETING_ASK:
    announce(
        w, r,
        (struct notice){.meeting = m->number, .suspects = SUSPECTS_UNKNOWN});
    return;
  case MEETING_RETRACT:
    announce(
        w, r,
        (struct notice){.meeting = m->number, .suspects = SUSPECTS_UNKNOWN});
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
    fake_replica_republish(w, r);
  }
}

static bool survivors_confirmed(struct fake_world *w, struct fake_replica *r) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    struct notice notice = {0};
    if (!(peers_of(r) >> j & 1))
      continue;
    if (!record_read(&w->slot[j].record[RECORD_NOTICE], RECORD_NOTICE,
                     &notice) ||
        notice.epoch < r->cycle.epoch)
      return false;
  }
  return true;
}

static void confirm_step(struct fake_world *w, struct fake_replica *r) {
  if (!survivors_confirmed(w, r) && w->now < r->wake) {
    fake_replica_republish(w, r);
    return;
  }
  r->state = FAKE_CLOSELY;
  meeting_restart(&r->meeting, w->now, &limits);
}

/* Publish a verdict that nothing supports, and stand by it. */
static void accuse(struct fake_world *w, struct fake_replica *r,
                   uint32_t suspects) {
  struct meeting *m = &r->meeting;
  look_closely(w, r);
  m->phase = MEETING_DISPUTE;
  m->suspects = suspects;
  m->deadline = w->now + FAKE_VERDICT_DEADLINE;
  announce(w, r, (struct notice){.meeting = r->number, .suspects = suspects});
}

/* Arrive at the next meeting; some begin to lie there. */
static void come(struct fake_world *w, struct fake_replica *r) {
  arrive(w, r);
  if (faulty(w, r->self, FAKE_LIAR, r->number))
    accuse(w, r, 1u << (r->self + 1) % w->replicas);
  if (faulty(w, r->self, FAKE_ACCUSES_SELF, r->number))
    accuse(w, r, 1u << r->self);
  if (r->state == FAKE_WAITING && accused_by_all(w, r))
    look_closely(w, r); /* rcoe/mech/meet.c, meet_accusing */
}

/* ---- one step --------------------------------------------------------------
 */

void fake_replica_step(struct fake_world *w, struct fake_replica *r) {
  switch (r->state) {
  case FAKE_COMPUTING:
    if (w->now < r->wake)
      return;
    come(w, r);
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
