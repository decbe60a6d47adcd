/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs to where, so that all stand at one user instruction. Pure. */
#include "rcoe/approach.h"

#include "rcoe/vote.h"

bool approach_is_further(const struct position *a, const struct position *b) {
  int32_t ahead = (int32_t)(a->count - b->count);
  return ahead > 0 || (ahead == 0 && a->pc > b->pc);
}

static bool is_same(const struct position *a, const struct position *b) {
  return a->count == b->count && a->pc == b->pc;
}

static uint32_t lowest(uint32_t mask) {
  return (uint32_t)__builtin_ctz(mask);
}

/* Do all of `mask` run the same thread? Else places can not be compared. */
static bool is_one_thread(const struct approach_view *view, uint32_t mask) {
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    if (view->at[lowest(rest)].thread != view->at[lowest(mask)].thread)
      return false;
  return true;
}

static bool is_one_place(const struct approach_view *view, uint32_t mask) {
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    if (!is_same(&view->at[lowest(rest)], &view->at[lowest(mask)]))
      return false;
  return true;
}

/* The furthest of `mask`, which is not empty. */
static const struct position *furthest(const struct approach_view *view,
                                       uint32_t mask) {
  const struct position *best = &view->at[lowest(mask)];
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    if (approach_is_further(&view->at[lowest(rest)], best))
      best = &view->at[lowest(rest)];
  return best;
}

/* The one that is furthest behind of `mask`, which is not empty; the first of
   several. */
static uint32_t hindmost(const struct approach_view *view, uint32_t mask) {
  uint32_t last = lowest(mask);
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    if (approach_is_further(&view->at[last], &view->at[lowest(rest)]))
      last = lowest(rest);
  return last;
}

/* Those of `mask` that do not stand at the goal. */
static uint32_t others(const struct approach_view *view, uint32_t mask,
                       const struct position *goal) {
  uint32_t those = 0;
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    if (!is_same(goal, &view->at[lowest(rest)]))
      those |= 1u << lowest(rest);
  return those;
}

/* Those of `mask` that have not missed this goal yet. */
static uint32_t hopeful(const struct approach_view *view, uint32_t mask,
                        const struct position *goal) {
  uint32_t those = 0;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    const struct position *at = &view->at[lowest(rest)];
    if (!at->late || at->missed != goal->count)
      those |= 1u << lowest(rest);
  }
  return those;
}

static struct approach_goal act(enum approach_action action, uint32_t members) {
  return (struct approach_goal){.action = action, .members = members};
}

/*
 * Those who go on approaching each other: all, while somebody may still come
 * to the goal; then either those who stand there or those who do not.
 */
static uint32_t credible(const struct approach_view *view, uint32_t here) {
  while (!is_one_place(view, here)) {
    const struct position *goal = furthest(view, here);
    uint32_t behind = others(view, here, goal);
    uint32_t there = here & ~behind;
    if (hopeful(view, behind, goal))
      break;
    bool majority = vote_population(there) >= vote_quorum(view->live);
    here = majority ? there : behind;
  }
  return here;
}

struct approach_goal approach_decide(const struct approach_view *view,
                                     bool expired) {
  uint32_t here = view->good & view->members;
  uint32_t gone = view->arrived & view->members & ~here;
  if (!expired && (view->members & ~here & ~gone))
    return act(APPROACH_WAIT, view->members);
  if (gone)
    return act(APPROACH_RESUME, view->members);
  if (!is_one_thread(view, here) ||
      view->at[view->self].lap >= APPROACH_LAPS_MAX)
    return act(APPROACH_MEET, here);
  here = credible(view, here);
  if (!(here >> view->self & 1) || is_one_place(view, here))
    return act(APPROACH_MEET, here);
  const struct position *goal = furthest(view, here);
  uint32_t next = hopeful(view, others(view, here, goal), goal);
  uint32_t others_turn = next & ~view->ran;
  uint32_t runner = hindmost(view, others_turn ? others_turn : next);
  bool runs = runner == view->self;
  return (struct approach_goal){.action = runs ? APPROACH_RUN : APPROACH_STAY,
                                .members = here,
                                .runs = 1u << runner,
                                .count = goal->count,
                                .pc = goal->pc};
}
