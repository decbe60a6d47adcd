/* SPDX-License-Identifier: BSD-2-Clause */
/* Outcome of a rendezvous round, and the choice of a round. Pure. */
#include "rcoe/rendezvous.h"

#include "rcoe/vote.h"

/* Sort the live replicas: stopped for the round, arrived, neither. */
static uint32_t view_sort(const struct rendezvous_view *view,
                          const struct rendezvous *round, uint32_t *absent) {
  uint32_t arrived = 0;
  *absent = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    uint32_t bit = view->live & 1u << j;
    /* A replica that stopped may already meet: its stop still counts. */
    if ((view->stop_good & bit) && view->stop[j].round == round->round)
      continue;
    if ((view->arrival_good & bit) && view->arrival[j].meeting == round->next)
      arrived |= bit;
    else
      *absent |= bit;
  }
  return arrived;
}

/* Does anybody who stopped for the round insist? */
static bool view_insists(const struct rendezvous_view *view, uint32_t stopped) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((stopped >> j & 1) && view->stop[j].insist)
      return true;
  return false;
}

/* `stopped` and `arrived` are complete, or as complete as they will be. */
static enum rendezvous_result settle(const struct rendezvous_view *view,
                                     uint32_t stopped, uint32_t arrived) {
  if (!arrived)
    return RENDEZVOUS_MEET;
  if (view_insists(view, stopped) &&
      vote_population(stopped) >= vote_quorum(view->live))
    return RENDEZVOUS_MEET;
  return RENDEZVOUS_RESUME;
}

enum rendezvous_result rendezvous_decide(const struct rendezvous_view *view,
                                         const struct rendezvous *round) {
  uint32_t absent;
  uint32_t arrived = view_sort(view, round, &absent);
  if (absent)
    return RENDEZVOUS_WAIT;
  return settle(view, view->live & ~arrived, arrived);
}

enum rendezvous_result rendezvous_expire(const struct rendezvous_view *view,
                                         const struct rendezvous *round) {
  uint32_t absent;
  uint32_t arrived = view_sort(view, round, &absent);
  return settle(view, view->live & ~arrived & ~absent, arrived);
}

uint32_t rendezvous_choose(uint32_t settled, uint32_t own, uint32_t peers) {
  uint32_t latest = own > settled ? own : settled;
  return peers > latest ? peers : latest + 1;
}
