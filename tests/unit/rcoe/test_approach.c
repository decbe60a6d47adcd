/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/approach.c: three replicas walk the same way of user instructions
 * and stop anywhere on it, in all orders; the counts along the way wrap, and
 * equal counts have pcs in any order. And what one can do to the others whose
 * count is wrong.
 */
#include "harness/check.h"
#include "rcoe/approach.h"
#include "rcoe/vote.h"

#define THREE 3u
#define ALL 7u
#define WAY 12u /* places; behind them is the next meeting */
#define LAPS (APPROACH_LAPS_MAX + 1)

struct place {
  uint32_t count;
  uint32_t pc;
};

/* One replica on the way. */
struct walker {
  uint32_t at;     /* index of its place; WAY: it has arrived at the meeting */
  uint32_t offset; /* by which its count is wrong */
  bool stuck;      /* it does not move, and does not say that it is late */
  bool late;       /* for the goal with count `missed` */
  uint32_t missed;
  bool done;
  struct approach_goal goal;
};

static struct place way[WAY];

/* Ways: how many places have one count, and in which order the pcs come. */
#define COUNTS_OF 4u
static const uint32_t orders[] = {1, 12, 5, 7, 2, 6};
#define ORDERS (sizeof orders / sizeof orders[0])

static void lay_way(uint32_t number) {
  uint32_t order = orders[number / COUNTS_OF];
  uint32_t count = 0xfffffffdu;
  for (uint32_t i = 0; i < WAY; i++) {
    count += i % (1 + number % COUNTS_OF) == 0;
    way[i] = (struct place){count, 0x10000u + 4 * (i * order % 13)};
  }
}

static struct position say(const struct walker *w, uint32_t lap) {
  return (struct position){.round = 1,
                           .lap = lap,
                           .count = way[w->at].count + w->offset,
                           .pc = way[w->at].pc,
                           .late = w->late,
                           .missed = w->missed};
}

/* Walk towards a goal: stop there, or when its count is behind. */
static void walk(struct walker *w, const struct approach_goal *goal) {
  if (w->stuck)
    return;
  for (; w->at < WAY; w->at++) {
    struct position here = say(w, 0);
    if (here.count == goal->count && here.pc == goal->pc)
      return;
    if ((int32_t)(here.count - goal->count) > 0)
      return;
  }
  w->at = WAY;
}

/* A lap of all that have not met yet. */
static void lap_of(struct walker *walkers, uint32_t lap) {
  struct approach_view view = {.live = ALL};
  for (uint32_t j = 0; j < THREE; j++) {
    bool on_way = walkers[j].at < WAY && !walkers[j].done;
    view.good |= (uint32_t)on_way << j;
    view.arrived |= (uint32_t)!on_way << j;
    view.at[j] = on_way ? say(&walkers[j], lap) : (struct position){0};
  }
  for (uint32_t j = 0; j < THREE; j++) {
    struct walker *w = &walkers[j];
    if (!(view.good >> j & 1))
      continue;
    view.self = j;
    view.members = w->goal.members;
    view.ran = w->goal.runs;
    w->goal = approach_decide(&view, false);
    w->done = w->goal.action == APPROACH_MEET;
    if (w->goal.action == APPROACH_RESUME)
      w->at = WAY;
    if (w->goal.action == APPROACH_RUN)
      walk(w, &w->goal);
  }
}

static void start(struct walker *walkers, uint32_t places) {
  for (uint32_t j = 0; j < THREE; j++, places /= WAY)
    walkers[j] = (struct walker){.at = places % WAY, .goal = {.members = ALL}};
}

/* Do all come to one place, none before where it was? */
static bool all_meet(uint32_t places) {
  struct walker w[THREE];
  start(w, places);
  uint32_t furthest = 0;
  for (uint32_t j = 0; j < THREE; j++)
    furthest = w[j].at > furthest ? w[j].at : furthest;
  for (uint32_t lap = 1; lap <= LAPS; lap++)
    lap_of(w, lap);
  bool met = w[0].at == w[1].at && w[1].at == w[2].at && w[0].at >= furthest;
  for (uint32_t j = 0; j < THREE; j++)
    met = met && (w[j].done || w[j].at == WAY);
  return met;
}

static void check_all_orders(void) {
  bool all = true;
  for (uint32_t number = 0; number < COUNTS_OF * ORDERS; number++) {
    lay_way(number);
    for (uint32_t places = 0; places < WAY * WAY * WAY; places++)
      all = all && all_meet(places);
  }
  CHECK(all, "from all orders of places all come to one place, none goes back");
}

/* ---- a wrong count ------------------------------------------------------- */

/*
 * Time is over before the way ends for who is still behind the goal's count
 * there; who is not has walked past, and arrives.
 */
static void give_up(struct walker *w, uint32_t start_at) {
  uint32_t last = way[WAY - 1].count + w->offset;
  if (w->at == WAY && (int32_t)(last - w->goal.count) < 0) {
    w->at = start_at;
    w->late = true;
    w->missed = w->goal.count;
  }
}

/* The healthy ones come to one place, or to the meeting. */
static bool healthy_meet(uint32_t places, uint32_t liar, uint32_t offset,
                         bool hurry) {
  struct walker w[THREE];
  start(w, places);
  w[liar].offset = offset;
  for (uint32_t lap = 1; lap <= LAPS; lap++) {
    uint32_t before[THREE] = {w[0].at, w[1].at, w[2].at};
    lap_of(w, lap);
    for (uint32_t j = 0; hurry && j < THREE; j++)
      if (w[j].goal.action == APPROACH_RUN)
        give_up(&w[j], before[j]);
  }
  uint32_t a = (liar + 1) % THREE;
  uint32_t b = (liar + 2) % THREE;
  return w[a].at == w[b].at && w[a].done == w[b].done;
}

static void check_wrong_counts(void) {
  const uint32_t offsets[] = {1,      2,           0xffffffffu,
                              0x100u, 0x40000000u, 0xc0000000u};
  bool all = true;
  lay_way(6);
  for (uint32_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++)
    for (uint32_t liar = 0; liar < THREE; liar++)
      for (uint32_t places = 0; places < WAY * WAY * WAY; places++)
        all = all && healthy_meet(places, liar, offsets[i], false) &&
              healthy_meet(places, liar, offsets[i], true);
  CHECK(all, "a wrong count does not part the two that are right");
}

static void check_who_does_not_move(void) {
  bool all = true;
  lay_way(6);
  for (uint32_t stuck = 0; stuck < THREE; stuck++)
    for (uint32_t places = 0; places < WAY * WAY * WAY; places++) {
      struct walker w[THREE];
      start(w, places);
      w[stuck].stuck = true;
      for (uint32_t lap = 1; lap <= LAPS; lap++)
        lap_of(w, lap);
      uint32_t a = (stuck + 1) % THREE;
      uint32_t b = (stuck + 2) % THREE;
      all = all && w[a].at == w[b].at && w[a].done == w[b].done;
    }
  CHECK(all, "who does not move does not keep the others apart");
}

/* ---- single decisions ---------------------------------------------------- */

static struct approach_view at_counts(uint32_t a, uint32_t b, uint32_t c) {
  struct approach_view view = {.live = ALL, .members = ALL, .good = ALL};
  const uint32_t counts[THREE] = {a, b, c};
  for (uint32_t j = 0; j < THREE; j++)
    view.at[j] = (struct position){
        .round = 1, .lap = 1, .count = counts[j], .pc = 0x10000};
  return view;
}

static enum approach_action action_of(const struct approach_view *view,
                                      uint32_t self, bool expired) {
  struct approach_view own = *view;
  own.self = self;
  return approach_decide(&own, expired).action;
}

static void check_waiting(void) {
  struct approach_view view = at_counts(5, 5, 5);
  view.good = 3;
  CHECK(action_of(&view, 0, false) == APPROACH_WAIT,
        "the absent are waited for");
  CHECK(action_of(&view, 0, true) == APPROACH_MEET,
        "without them the others meet when time is over");
  view.arrived = 4;
  CHECK(action_of(&view, 0, false) == APPROACH_RESUME,
        "who has walked on to the next meeting is followed");
}

static void check_decisions(void) {
  struct approach_view view = at_counts(5, 7, 6);
  CHECK(action_of(&view, 0, false) == APPROACH_RUN &&
            action_of(&view, 1, false) == APPROACH_STAY &&
            action_of(&view, 2, false) == APPROACH_STAY,
        "the hindmost runs, the others stay");
  view = at_counts(6, 7, 5);
  CHECK(action_of(&view, 0, false) == APPROACH_STAY &&
            action_of(&view, 1, false) == APPROACH_STAY &&
            action_of(&view, 2, false) == APPROACH_RUN,
        "whichever number it has");
  view = at_counts(5, 7, 5);
  CHECK(action_of(&view, 0, false) == APPROACH_RUN &&
            action_of(&view, 2, false) == APPROACH_STAY,
        "of two, the one with the lower number");
  view = at_counts(5, 7, 6);
  view.ran = 1;
  CHECK(action_of(&view, 0, false) == APPROACH_STAY &&
            action_of(&view, 2, false) == APPROACH_RUN,
        "nobody runs twice in a row while another is behind");
  view = at_counts(5, 7, 7);
  view.ran = 1;
  CHECK(action_of(&view, 0, false) == APPROACH_RUN, "or else he does");
  view = at_counts(5, 7, 6);
  view.at[2].thread = 64;
  CHECK(action_of(&view, 0, false) == APPROACH_MEET,
        "other threads are not comparable: the vote decides");
  view = at_counts(9, 9, 6);
  view.at[2].late = 1;
  view.at[2].missed = 9;
  CHECK(action_of(&view, 0, false) == APPROACH_MEET &&
            action_of(&view, 2, false) == APPROACH_MEET,
        "a majority at the goal leaves the late one behind");
  view = at_counts(6, 5, 9);
  view.at[0].late = 1;
  view.at[0].missed = 9;
  CHECK(action_of(&view, 1, false) == APPROACH_RUN,
        "who has not tried yet is sent before anybody is left behind");
  view.at[1].late = 1;
  view.at[1].missed = 9;
  CHECK(action_of(&view, 2, false) == APPROACH_MEET &&
            action_of(&view, 0, false) == APPROACH_STAY &&
            action_of(&view, 1, false) == APPROACH_RUN,
        "what only a minority claims is nobody's goal any more");
  view = at_counts(5, 7, 6);
  view.at[0].lap = APPROACH_LAPS_MAX;
  CHECK(action_of(&view, 0, false) == APPROACH_MEET, "there is a last lap");
}

int main(void) {
  check_all_orders();
  check_wrong_counts();
  check_who_does_not_move();
  check_waiting();
  check_decisions();
  return check_report("approach");
}
