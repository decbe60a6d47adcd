/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/rendezvous.c: every live set, every replica absent, stopped,
 * arrived, both, or illegible, with and without somebody who insists.
 */
#include "harness/check.h"
#include "rcoe/rendezvous.h"

#define SETS (1u << REPLICA_MAX)
#define ROUND 6u
#define NEXT 40u

enum place {
  PLACE_ABSENT,         /* an old stop, an old arrival */
  PLACE_STOPPED,        /* stopped for this round */
  PLACE_ARRIVED,        /* at the next meeting, not stopped */
  PLACE_BOTH,           /* stopped, then arrived */
  PLACE_STOP_CORRUPT,   /* stop record illegible */
  PLACE_ARRIVE_CORRUPT, /* arrival record illegible */
  PLACE_FAILED,         /* absent, and says that it can not go on */
  PLACES,
};

static enum place place_of(uint32_t places, uint32_t j) {
  while (j--)
    places /= PLACES;
  return (enum place)(places % PLACES);
}

static void put(struct rendezvous_view *view, uint32_t j, enum place place) {
  bool stopped = place == PLACE_STOPPED || place == PLACE_BOTH ||
                 place == PLACE_STOP_CORRUPT;
  bool arrived = place == PLACE_ARRIVED || place == PLACE_BOTH ||
                 place == PLACE_ARRIVE_CORRUPT;
  view->stop[j] = (struct stop){.round = stopped ? ROUND : ROUND - 1};
  view->arrival[j] = (struct arrival){.meeting = arrived ? NEXT : NEXT - 2};
  if (place == PLACE_FAILED)
    view->failed |= 1u << j;
  if (place != PLACE_STOP_CORRUPT)
    view->stop_good |= 1u << j;
  if (place != PLACE_ARRIVE_CORRUPT)
    view->arrival_good |= 1u << j;
}

/* How many live replicas are in each place. */
struct tally {
  uint32_t live;
  uint32_t stopped;
  uint32_t arrived;
  uint32_t failed;
};

static struct tally tally_of(uint32_t places, uint32_t live) {
  struct tally t = {0, 0, 0, 0};
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    enum place place = place_of(places, j);
    if (!(live >> j & 1))
      continue;
    t.live++;
    t.stopped += place == PLACE_STOPPED || place == PLACE_BOTH;
    t.arrived += place == PLACE_ARRIVED;
    t.failed += place == PLACE_FAILED;
  }
  return t;
}

/* What follows from who stands and who has arrived. */
static enum rendezvous_result expect(const struct tally *t, bool insist) {
  if (t->arrived == 0)
    return RENDEZVOUS_MEET;
  return insist && 2 * t->stopped > t->live ? RENDEZVOUS_MEET
                                            : RENDEZVOUS_RESUME;
}

/* The last one that stopped insists, wherever it stands in the row. */
static void put_insisting(struct rendezvous_view *view, uint32_t places) {
  for (uint32_t j = REPLICA_MAX; j-- > 0;) {
    enum place place = place_of(places, j);
    if (!(view->live >> j & 1) ||
        (place != PLACE_STOPPED && place != PLACE_BOTH))
      continue;
    view->stop[j].insist = 1;
    return;
  }
}

static void check_round(uint32_t places, uint32_t live, bool insist) {
  struct rendezvous round = {.round = ROUND, .next = NEXT};
  struct rendezvous_view view = {.live = live};
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    put(&view, j, place_of(places, j));
  if (insist)
    put_insisting(&view, places);
  struct tally t = tally_of(places, live);
  bool all_there = t.stopped + t.arrived + t.failed == t.live;
  enum rendezvous_result outcome = rendezvous_decide(&view, &round);
  if (all_there)
    CHECK(outcome == expect(&t, insist), "all stopped: meet; somebody on the "
                                         "way: run on; one insists: the quorum "
                                         "meets where it stands");
  else
    CHECK(outcome == RENDEZVOUS_WAIT,
          "somebody absent or illegible, who has not failed: wait");
  outcome = rendezvous_expire(&view, &round);
  CHECK(outcome == expect(&t, insist),
        "after the deadline the absent no longer hold up the others");
}

static void every_round_has_the_right_outcome(void) {
  for (uint32_t live = 1; live < SETS; live++)
    for (uint32_t places = 0; places < PLACES * PLACES * PLACES * PLACES;
         places++) {
      check_round(places, live, false);
      check_round(places, live, true);
    }
}

/* All replicas that see the same slots come to the same outcome. */
static void a_stop_still_counts_after_the_arrival(void) {
  struct rendezvous round = {.round = ROUND, .next = NEXT};
  struct rendezvous_view view = {.live = 7};
  for (uint32_t j = 0; j < 3; j++)
    put(&view, j, PLACE_STOPPED);
  CHECK(rendezvous_decide(&view, &round) == RENDEZVOUS_MEET,
        "all stopped: they meet");
  put(&view, 1, PLACE_BOTH);
  CHECK(rendezvous_decide(&view, &round) == RENDEZVOUS_MEET,
        "who looks after another has gone to the meeting decides the same");
}

static void rounds_are_joined_or_opened(void) {
  for (uint32_t settled = 0; settled < 6; settled++)
    for (uint32_t own = 0; own < 8; own++)
      for (uint32_t peers = 0; peers < 10; peers++) {
        uint32_t round = rendezvous_choose(settled, own, peers);
        uint32_t latest = own > settled ? own : settled;
        CHECK(round > settled, "a chosen round is never over");
        CHECK(round > own, "nobody stops twice for one round");
        CHECK(round == peers || peers <= latest,
              "an open round of the peers is joined");
        CHECK(round == latest + 1 || peers > latest,
              "without one the next number is opened");
      }
}

int main(void) {
  every_round_has_the_right_outcome();
  a_stop_still_counts_after_the_arrival();
  rounds_are_joined_or_opened();
  return check_report("rendezvous");
}
