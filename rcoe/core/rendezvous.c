/* SPDX-License-Identifier: BSD-2-Clause */
/* Outcome of a rendezvous round, and the choice of a round. Pure. */
#include "rcoe/rendezvous.h"

#include "rcoe/vote.h"

/* Is `j` at the next meeting because it met where it had stopped? */
static bool has_met(const struct rendezvous_view *view, uint32_t j) {
  return view->arrival[j].aside >> ARRIVAL_KIND_SHIFT == ARRIVAL_KIND_INTERRUPT;
}

struct rendezvous_places rendezvous_sort(const struct rendezvous_view *view,
                                         const struct rendezvous *round) {
  struct rendezvous_places places = {0, 0, 0, 0};
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    uint32_t bit = view->live & 1u << j;
    bool here =
        (view->arrival_good & bit) && view->arrival[j].meeting == round->next;
    if ((view->stop_good & bit) && view->stop[j].round == round->round)
      places.stopped |= bit;
    else if (here && has_met(view, j))
      places.met |= bit;
    else if (here)
      places.arrived |= bit;
    else
      places.absent |= bit & ~view->failed;
  }
  return places;
}

/* Those of `stopped` that insist. One alone may be the faulty one. */
static uint32_t insisting(const struct rendezvous_view *view,
                          uint32_t stopped) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((stopped >> j & 1) && view->stop[j].insist)
      mask |= 1u << j;
  return mask;
}

static enum rendezvous_result settle(const struct rendezvous_view *view,
                                     const struct rendezvous_places *places) {
  uint32_t insist = insisting(view, places->stopped);
  if (!places->arrived || vote_population(insist) >= vote_quorum(view->live))
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

/* Those that have stopped for a round. */
static uint32_t stopped_for(const struct rendezvous_view *view,
                            uint32_t round) {
  uint32_t mask = 0;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    if ((view->live & view->stop_good) >> j & 1 && view->stop[j].round == round)
      mask |= 1u << j;
  return mask;
}

uint32_t rendezvous_later(const struct rendezvous_view *view,
                          const struct rendezvous *round) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    uint32_t later = view->stop[j].round;
    if (later > round->round &&
        vote_population(stopped_for(view, later)) >= vote_quorum(view->live))
      return later;
  }
  return 0;
}

uint32_t rendezvous_choose(uint32_t settled, uint32_t own, uint32_t peers) {
  uint32_t latest = own > settled ? own : settled;
  return peers > latest ? peers : latest + 1;
}
