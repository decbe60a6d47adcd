/* SPDX-License-Identifier: BSD-2-Clause */
/* The common goal of replicas with different counts of events. Pure. */
#include "rcoe/drift.h"

#include "rcoe/vote.h"

/* Counts wrap; replicas are never half a lap apart. */
static bool is_later(uint32_t a, uint32_t b) {
  return (int32_t)(a - b) > 0;
}

/* Those of `mask` that have tried at least so often. */
static uint32_t tried(const struct rendezvous_view *view, uint32_t mask,
                      uint32_t attempts) {
  uint32_t those = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((mask >> j & 1) && view->stop[j].attempt >= attempts)
      those |= 1u << j;
  return those;
}

/* Those of `mask` that claim at least `time`. */
static uint32_t beyond(const struct rendezvous_view *view, uint32_t mask,
                       uint32_t time) {
  uint32_t those = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((mask >> j & 1) && !is_later(time, view->stop[j].time))
      those |= 1u << j;
  return those;
}

/* Those whose counts are followed when a quorum insists. */
static uint32_t credible(const struct rendezvous_view *view, uint32_t stopped,
                         const struct drift_goal *last) {
  if (last->action != DRIFT_ENTRY && last->action != DRIFT_COUNT)
    return stopped;
  uint32_t far = beyond(view, stopped, last->time);
  bool reached = vote_population(far) >= vote_quorum(view->live);
  return reached || far == stopped ? stopped : stopped & ~far;
}

/* The largest count among `mask`, which is not empty. */
static uint32_t latest_of(const struct rendezvous_view *view, uint32_t mask) {
  uint32_t latest = view->stop[__builtin_ctz(mask)].time;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((mask >> j & 1) && is_later(view->stop[j].time, latest))
      latest = view->stop[j].time;
  return latest;
}

/* Is somebody with count `time` idle? Then no entry follows by itself. */
static bool ends_idle(const struct rendezvous_view *view, uint32_t mask,
                      uint32_t time) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((mask >> j & 1) && view->stop[j].time == time && view->stop[j].idle)
      return true;
  return false;
}

struct drift_goal drift_decide(const struct rendezvous_view *view,
                               const struct rendezvous *round,
                               const struct drift_goal *last, bool expired) {
  struct rendezvous_places places = rendezvous_sort(view, round);
  uint32_t insisting = tried(view, places.stopped, DRIFT_INSISTS);
  bool insist = vote_population(insisting) >= vote_quorum(view->live);
  if (places.absent && !expired)
    return (struct drift_goal){.action = DRIFT_WAIT};
  if (((places.arrived | places.met) && !insist) || !places.stopped)
    return (struct drift_goal){.action = DRIFT_RESUME};
  uint32_t counted =
      insist ? credible(view, places.stopped, last) : places.stopped;
  uint32_t latest = latest_of(view, counted);
  if (tried(view, places.stopped, 1) || ends_idle(view, counted, latest))
    return (struct drift_goal){.action = DRIFT_COUNT, .time = latest};
  return (struct drift_goal){.action = DRIFT_ENTRY, .time = latest + 1};
}
