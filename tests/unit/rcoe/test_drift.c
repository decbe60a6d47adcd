/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/drift.c: every live set, with every replica absent, arrived, or
 * stopped with one of three counts, idle or not, in each attempt; and what a
 * liar can do to the healthy ones.
 */
#include "harness/check.h"
#include "rcoe/drift.h"
#include "rcoe/vote.h"

#define ROUND 6u
#define NEXT 40u
#define COUNTS 3u
#define ATTEMPTS 3u
#define PLACES (2u + COUNTS * 2u * ATTEMPTS) /* absent, arrived, stopped */
#define BASE 0xfffffffeu                     /* counts wrap on the way */

static const struct rendezvous round_six = {.round = ROUND, .next = NEXT};
static const struct drift_goal no_goal = {.action = DRIFT_NONE};

static void put(struct rendezvous_view *view, uint32_t j, uint32_t place) {
  bool stopped = place >= 2;
  uint32_t which = stopped ? place - 2 : 0;
  view->stop_good |= 1u << j;
  view->arrival_good |= 1u << j;
  view->stop[j] = (struct stop){.round = stopped ? ROUND : ROUND - 1,
                                .time = BASE + which % COUNTS,
                                .idle = which / COUNTS % 2,
                                .attempt = which / COUNTS / 2};
  view->arrival[j].meeting = place == 1 ? NEXT : NEXT - 2;
}

/* What follows, said in another way than the code does. */
struct expectation {
  uint32_t live;
  uint32_t absent;
  uint32_t arrived;
  uint32_t stopped;
  uint32_t insisting;
  uint32_t steps; /* largest count, from BASE */
  bool again;     /* somebody has tried before */
  bool idle;      /* one with the largest count is idle */
};

static struct expectation tally(const uint32_t *place, uint32_t live) {
  struct expectation e = {0};
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    if (!(live >> j & 1))
      continue;
    uint32_t which = place[j] - 2;
    e.live++;
    e.absent += place[j] == 0;
    e.arrived += place[j] == 1;
    if (place[j] < 2)
      continue;
    bool first = e.stopped++ == 0;
    e.insisting += which / COUNTS / 2 >= DRIFT_INSISTS;
    e.again |= which / COUNTS / 2 > 0;
    if (first || which % COUNTS > e.steps)
      e.idle = false;
    if (first || which % COUNTS >= e.steps) {
      e.steps = which % COUNTS;
      e.idle |= which / COUNTS % 2 == 1;
    }
  }
  return e;
}

static void check_case(const uint32_t *place, uint32_t live, bool expired) {
  struct rendezvous_view view = {.live = live};
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    put(&view, j, place[j]);
  struct expectation e = tally(place, live);
  struct drift_goal goal = drift_decide(&view, &round_six, &no_goal, expired);
  bool insist = 2 * e.insisting > e.live;
  if (e.absent && !expired) {
    CHECK(goal.action == DRIFT_WAIT, "somebody is still to come: wait");
  } else if ((e.arrived && !insist) || !e.stopped) {
    CHECK(goal.action == DRIFT_RESUME, "somebody is there: run on to it");
  } else if (e.again || e.idle) {
    CHECK(goal.action == DRIFT_COUNT && goal.time == BASE + e.steps,
          "not the first time, or idle there: the largest count");
  } else {
    CHECK(goal.action == DRIFT_ENTRY && goal.time == BASE + e.steps + 1,
          "else the entry behind the largest count");
  }
}

static void every_round_has_its_goal(void) {
  for (uint32_t live = 1; live < 16; live = 2 * live + 1) {
    uint32_t cases = 1;
    for (uint32_t rest = live; rest; rest >>= 1)
      cases *= PLACES;
    for (uint32_t n = 0; n < cases; n++) {
      uint32_t place[REPLICA_MAX];
      for (uint32_t j = 0, rest = n; j < REPLICA_MAX; j++, rest /= PLACES)
        place[j] = rest % PLACES;
      check_case(place, live, false);
      check_case(place, live, true);
    }
  }
}

/* `count` healthy replicas and, as the last one, a liar that claims `lie`. */
static struct rendezvous_view with_liar(uint32_t count, uint32_t lie,
                                        uint32_t attempt) {
  struct rendezvous_view view = {.live = (2u << count) - 1};
  for (uint32_t j = 0; j <= count; j++) {
    put(&view, j, 2);
    view.stop[j].time = j == count ? lie : 100 + 7 * j;
    view.stop[j].attempt = attempt;
  }
  return view;
}

/*
 * A goal that nobody can reach is tried twice; then a quorum that insists
 * drops it, so that all healthy ones get to one count that one of them has.
 */
static void nobody_is_dragged_to_an_absurd_count(void) {
  for (uint32_t count = 2; count < REPLICA_MAX; count++)
    for (uint32_t bit = 8; bit < 31; bit++) {
      uint32_t lie = 100 + (1u << bit);
      struct drift_goal goal = no_goal;
      for (uint32_t attempt = 0; attempt < DRIFT_INSISTS; attempt++) {
        struct rendezvous_view view = with_liar(count, lie, attempt);
        goal = drift_decide(&view, &round_six, &goal, false);
        CHECK(goal.time - lie <= 1, "an honest count could be as large");
      }
      struct rendezvous_view view = with_liar(count, lie, DRIFT_INSISTS);
      struct drift_goal last = goal;
      goal = drift_decide(&view, &round_six, &last, false);
      CHECK(goal.action == DRIFT_COUNT && goal.time == 100 + 7 * (count - 1),
            "the largest count of a healthy one");
      view.stop[count].round = ROUND - 1;
      view.arrival[count].meeting = NEXT;
      goal = drift_decide(&view, &round_six, &last, false);
      CHECK(goal.action == DRIFT_COUNT && goal.time == 100 + 7 * (count - 1),
            "nor do they follow it to a meeting that is not theirs");
    }
}

static void a_count_that_a_quorum_has_is_believed(void) {
  struct drift_goal last = {.action = DRIFT_COUNT, .time = 107};
  struct rendezvous_view view = with_liar(2, 107, DRIFT_INSISTS);
  struct drift_goal goal = drift_decide(&view, &round_six, &last, false);
  CHECK(goal.action == DRIFT_COUNT && goal.time == 107,
        "two of three are there: the third has to come");
}

/* A low count holds nobody back: its owner is to run on, and is missed. */
static void a_low_count_moves_nobody(void) {
  for (uint32_t lie = 0; lie < 100; lie++)
    for (uint32_t attempt = 0; attempt < ATTEMPTS; attempt++) {
      struct rendezvous_view view = with_liar(2, lie, attempt);
      struct drift_goal goal = drift_decide(&view, &round_six, &no_goal, false);
      CHECK(goal.time == (attempt ? 107u : 108u), "the healthy ones' goal");
    }
}

/* One that insists alone can not make the others leave an arrived one. */
static void one_alone_insists_in_vain(void) {
  struct rendezvous_view view = with_liar(2, 90, 0);
  view.stop[2].attempt = DRIFT_INSISTS;
  view.stop[0].round = ROUND - 1;
  view.arrival[0].meeting = NEXT;
  struct drift_goal goal = drift_decide(&view, &round_six, &no_goal, false);
  CHECK(goal.action == DRIFT_RESUME, "they run on to who has arrived");
}

int main(void) {
  every_round_has_its_goal();
  nobody_is_dragged_to_an_absurd_count();
  a_count_that_a_quorum_has_is_believed();
  a_low_count_moves_nobody();
  one_alone_insists_in_vain();
  return check_report("drift");
}
