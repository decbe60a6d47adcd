/* SPDX-License-Identifier: BSD-2-Clause */
/* Outcome of a rendezvous round, and the choice of a round. Pure. */
#include "rcoe/rendezvous.h"

#include "rcoe/vote.h"

struct rendezvous_places rendezvous_sort(const struct rendezvous_view *view,
                                         const struct rendezvous *round) {
  struct rendezvous_places places = {0, 0, 0};
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    uint32_t bit = view->live & 1u << j;
    if ((view->stop_good & bit) && view->stop[j].round == round->round)
      places.stopped |= bit;
    else if ((view->arrival_good & bit) &&
             view->arrival[j].meeting == round->next)
      places.arrived |= bit;
    else
      places.absent |= bit & ~view->failed;
  }
  return places;
}

/* Does anybody who stopped for the round insist? */
static bool view_insists(const struct rendezvous_view *view, uint32_t stopped) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((stopped >> j & 1) && view->stop[j].insist)
      return true;
  return false;
}

static enum rendezvous_result settle(const struct rendezvous_view *view,
                                     const struct rendezvous_places *places) {
  if (!places->arrived)
    return RENDEZVOUS_MEET;
  if (view_insists(view, places->stopped) &&
      vote_population(places->stopped) >= vote_quorum(view->live))
    return RENDEZVOUS_MEET;
  return RENDEZVOUS_RESUME;
}

enum rendezvous_result rendezvous_decide(const struct rendezvous_view *view,
                                         const struct rendezvous *round) {
  struct rendezvous_places places = rendezvous_sort(view, round);
  return places.absent ? RENDEZVOUS_WAIT : settle(view, &places);
}

enum rendezvous_result rendezvous_expire(const struct rendezvous_view *view,
                                         const struct rendezvous *round) {
  struct rendezvous_places places = rendezvous_sort(view, round);
  return settle(view, &places);
}

uint32_t rendezvous_choose(uint32_t settled, uint32_t own, uint32_t peers) {
  uint32_t latest = own > settled ? own : settled;
  return peers > latest ? peers : latest + 1;
}
