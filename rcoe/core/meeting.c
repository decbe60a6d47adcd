/* SPDX-License-Identifier: BSD-2-Clause */
/* The meeting's state machine; rcoe/meeting.h draws it. Pure. */
#include "rcoe/meeting.h"

#include "abi/event.h"
#include "rcoe/vote.h"

void meeting_start(struct meeting *m, uint32_t number, uint64_t now,
                   const struct meeting_limits *limits) {
  m->number = number;
  m->compare = true;
  m->silent = 0;
  m->suspects = 0;
  m->detector = DETECTOR_NONE;
  m->accused = 0;
  m->charge = DETECTOR_NONE;
  m->convicted = 0;
  m->excused = 0;
  m->ask = now + limits->ask;
  m->patience = now + limits->patience;
  meeting_restart(m, now, limits);
}

void meeting_restart(struct meeting *m, uint64_t now,
                     const struct meeting_limits *limits) {
  m->phase = MEETING_GATHER;
  m->said = m->suspects;
  m->suspects = 0;
  m->deadline = now + limits->deadline;
}

/* Replicas whose own kernel says that it can not go on. */
static uint32_t view_failed(const struct view *view) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    uint32_t bit = view->live & view->notice_good & 1u << j;
    uint32_t health = view->notice[j].health;
    if (bit && (health == HEALTH_FAILED || health == HEALTH_FAILSTOP))
      mask |= bit;
  }
  return mask & ~(1u << view->self);
}

/* Replicas that have not (legibly) arrived at `number`. */
static uint32_t view_missing(const struct view *view, uint32_t number) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    bool here =
        (view->arrival_good >> j & 1) && view->arrival[j].meeting == number;
    if ((view->live >> j & 1) && !here)
      mask |= 1u << j;
  }
  return mask;
}

/*
 * Does any live peer dispute meeting `number`? A verdict that has been carried
 * out still stands in notices, but accuses nobody who is alive.
 */
static bool view_disputed(const struct view *view, uint32_t number) {
  uint32_t accusable = view->live | SUSPECTS_TIE;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct notice *notice = &view->notice[j];
    uint32_t bit = view->live & view->notice_good & 1u << j;
    if (bit && j != view->self && notice->health == HEALTH_DISPUTE &&
        notice->meeting == number && (notice->suspects & accusable))
      return true;
  }
  return false;
}

/*
 * Who of `missing` disputes meeting `number`, which this replica has passed,
 * with a verdict that is not carried out yet.
 */
static uint32_t view_held_up(const struct view *view, uint32_t missing,
                             uint32_t number) {
  uint32_t held = view->live | SUSPECTS_TIE | SUSPECTS_UNKNOWN;
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct notice *notice = &view->notice[j];
    uint32_t bit = missing & view->notice_good & 1u << j;
    if (bit && notice->health == HEALTH_DISPUTE && notice->meeting == number &&
        (!notice->suspects || (notice->suspects & held)))
      mask |= bit;
  }
  return mask;
}

/* Who says that it has passed meeting `number`. */
static uint32_t view_passed(const struct view *view, uint32_t number) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((view->live & view->answer_good & 1u << j) &&
        view->answer[j].meeting == number)
      mask |= 1u << j;
  return mask;
}

/*
 * Does anybody outside of it hold the verdict that this replica has taken
 * back? He may have counted it before, and have acted on it.
 */
static bool view_counts(const struct view *view, const struct meeting *m) {
  if (!(m->said & (view->live | SUSPECTS_TIE)))
    return false;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct notice *notice = &view->notice[j];
    uint32_t bit = view->live & view->notice_good & ~m->said & 1u << j;
    if (bit && j != view->self && notice->health != HEALTH_GOOD &&
        notice->meeting == m->number && notice->suspects == m->said)
      return true;
  }
  return false;
}

static enum meeting_action dispute(struct meeting *m, uint32_t suspects,
                                   uint32_t detector, uint64_t deadline) {
  m->phase = MEETING_DISPUTE;
  m->suspects = suspects;
  m->detector = detector;
  m->deadline = deadline;
  return MEETING_ANNOUNCE;
}

/* Replicas whose event was a fault of a user thread. */
static uint32_t view_faulted(const struct view *view) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((view->live >> j & 1) &&
        view->arrival[j].aside >> ARRIVAL_KIND_SHIFT == ARRIVAL_KIND_FAULT)
      mask |= 1u << j;
  return mask;
}

/* What a difference is called. `odd`: 0 if there is no majority. */
static uint32_t name_difference(const struct view *view, uint32_t odd) {
  uint32_t faulted = view_faulted(view);
  bool alone = odd ? faulted == odd : faulted && faulted != view->live;
  if (alone)
    return DETECTOR_USER_FAULT;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((view->live >> j & 1) &&
        view->arrival[j].time != view->arrival[view->self].time)
      return DETECTOR_TIME;
  return DETECTOR_SIGNATURE;
}

/* What the signatures of a complete meeting say. */
static enum vote_result compare(const struct meeting *m,
                                const struct view *view, uint32_t *odd,
                                uint32_t *detector) {
  enum vote_result result = vote_decide(view->arrival, view->live, odd);
  *detector = name_difference(view, *odd);
  return m->compare ? result : VOTE_AGREE;
}

static enum meeting_action complete(struct meeting *m, const struct view *view,
                                    uint64_t verdict_deadline) {
  uint32_t odd;
  uint32_t detector;
  enum vote_result result = compare(m, view, &odd, &detector);
  if (result == VOTE_ODD)
    return dispute(m, odd, detector, verdict_deadline);
  if (result == VOTE_TIE)
    return dispute(m, SUSPECTS_TIE, detector, verdict_deadline);
  if (m->accused & view->live)
    return dispute(m, m->accused & view->live, m->charge, verdict_deadline);
  if (view_disputed(view, m->number))
    return dispute(m, 0, DETECTOR_NONE, verdict_deadline);
  return MEETING_PASS;
}

/*
 * What the failed say of themselves: of several, the lowest-numbered one. Who
 * can not be read may well have stopped because of that.
 */
static uint32_t name_failure(const struct view *view, uint32_t failed) {
  if (failed & ~view->arrival_good)
    return DETECTOR_SLOT;
  uint32_t detector = view->notice[__builtin_ctz(failed)].detector;
  return detector == DETECTOR_NONE ? DETECTOR_EXCEPTION : detector;
}

/* What it is called that `missing` have not come. */
static uint32_t name_absence(const struct meeting *m, const struct view *view,
                             uint32_t missing) {
  if (missing & ~view->arrival_good)
    return DETECTOR_SLOT;
  return missing & m->silent ? DETECTOR_HEARTBEAT : DETECTOR_DEADLINE;
}

/*
 * Who is held up at the meeting before has not run out of time: it gets a whole
 * deadline and the time of a dispute more, once, so that none can use it to
 * delay the others for ever.
 */
static void excuse(struct meeting *m, uint32_t held_up, uint64_t now,
                   const struct meeting_limits *limits) {
  if (!(held_up & ~m->excused))
    return;
  m->excused |= held_up;
  m->deadline = now + limits->deadline + limits->verdict_deadline;
}

/*
 * May this replica say that it is held up at `number`? Not if it says so
 * already, nor in place of a conviction that slower ones may still have to see.
 */
static bool may_ask(const struct view *view, uint32_t number) {
  const struct notice *own = &view->notice[view->self];
  bool speaks = own->health == HEALTH_DISPUTE &&
                (own->meeting == number ||
                 (own->suspects && own->suspects != SUSPECTS_UNKNOWN));
  return !speaks;
}

static enum meeting_action gather(struct meeting *m, const struct view *view,
                                  uint64_t now,
                                  const struct meeting_limits *limits) {
  uint32_t missing = view_missing(view, m->number);
  /* Who failed after arriving here has not failed this meeting: some may have
     passed it already, so all must; the next one will miss it. */
  uint32_t failed = view_failed(view) & missing;
  uint32_t held_up = view_held_up(view, missing, m->number - 1);
  uint64_t verdict_deadline = now + limits->verdict_deadline;
  if (held_up && !(view_passed(view, m->number - 1) >> view->self & 1))
    return MEETING_ANSWER;
  if (view_counts(view, m))
    return dispute(m, m->said, m->detector, verdict_deadline);
  if (failed)
    return dispute(m, failed, name_failure(view, failed), verdict_deadline);
  if (!missing)
    return complete(m, view, verdict_deadline);
  excuse(m, held_up, now, limits);
  if (now >= m->deadline)
    return dispute(m, missing, name_absence(m, view, missing),
                   verdict_deadline);
  return now >= m->ask && may_ask(view, m->number) ? MEETING_ASK : MEETING_WAIT;
}

/*
 * Verdicts about `number` that the view shows; an answer is one: "nobody". A
 * replica that fails while it carries out a conviction still says which one it
 * was: others may not have counted yet, and must come to the same result as
 * those who have.
 */
static uint32_t view_verdicts(const struct view *view, uint32_t number,
                              uint32_t *verdicts) {
  uint32_t passed = view_passed(view, number);
  uint32_t cast = passed;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct notice *notice = &view->notice[j];
    if (!(view->notice_good & ~passed & 1u << j) ||
        notice->health == HEALTH_GOOD || notice->meeting != number ||
        notice->suspects == SUSPECTS_UNKNOWN)
      continue;
    cast |= 1u << j;
    verdicts[j] = notice->suspects;
  }
  return cast;
}

bool meeting_convicts(const struct view *view, uint32_t number,
                      uint32_t convicted) {
  uint32_t verdicts[REPLICA_MAX] = {0};
  uint32_t cast = view_verdicts(view, number, verdicts);
  uint32_t winner = 0;
  return vote_count_verdicts(verdicts, cast, view->live, &winner) &&
         winner == convicted;
}

/*
 * Is there somebody to follow: who has passed this meeting, is not suspected
 * nor accused, and had arrived at it with the same ballot?
 */
static bool find_guide(struct meeting *m, const struct view *view) {
  uint32_t able = view_passed(view, m->number) & view->arrival_good &
                  ~m->suspects & ~m->accused & ~(1u << view->self);
  const struct arrival *own = &view->arrival[view->self];
  if (!m->suspects || m->suspects == SUSPECTS_TIE)
    return false;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    const struct arrival *other = &view->arrival[j];
    if (!(able >> j & 1) || other->meeting != m->number ||
        (m->compare && !vote_equal(own, other)))
      continue;
    m->guide = j;
    return true;
  }
  return false;
}

static enum meeting_action weigh(struct meeting *m, const struct view *view,
                                 uint64_t now) {
  uint32_t verdicts[REPLICA_MAX] = {0};
  uint32_t cast = view_verdicts(view, m->number, verdicts);
  uint32_t winner = 0;
  if (m->suspects && vote_population(view->live) <= 2)
    return MEETING_FAILSTOP;
  bool decided = vote_count_verdicts(verdicts, cast, view->live, &winner);
  m->convicted = winner;
  if (winner)
    return winner == SUSPECTS_TIE ? MEETING_FAILSTOP : MEETING_CONVICT;
  if (find_guide(m, view))
    return MEETING_FOLLOW;
  if (decided && !m->suspects)
    return MEETING_PASS;
  if (now >= m->patience)
    return MEETING_FAILSTOP;
  return decided || now >= m->deadline ? MEETING_RETRACT : MEETING_WAIT;
}

enum meeting_action meeting_step(struct meeting *m, const struct view *view,
                                 uint64_t now,
                                 const struct meeting_limits *limits) {
  if (m->phase == MEETING_GATHER)
    return gather(m, view, now, limits);
  return weigh(m, view, now);
}
