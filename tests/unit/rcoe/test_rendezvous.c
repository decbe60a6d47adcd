/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/rendezvous.c: every live set, every replica absent, stopped,
 * arrived, both, or illegible, with nobody to all of them insisting.
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
  PLACE_MET,            /* met where it had stopped for another round */
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
  bool met = place == PLACE_BOTH || place == PLACE_MET;
  bool arrived = place == PLACE_ARRIVED || place == PLACE_ARRIVE_CORRUPT || met;
  uint32_t kind = met ? ARRIVAL_KIND_INTERRUPT : ARRIVAL_KIND_FAULT;
  view->stop[j] = (struct stop){.round = stopped ? ROUND : ROUND - 1};
  view->arrival[j] = (struct arrival){.meeting = arrived ? NEXT : NEXT - 2,
                                      .aside = kind << ARRIVAL_KIND_SHIFT};
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
  uint32_t stopped; /* for this round, or for another one and has met */
  uint32_t arrived;
  uint32_t failed;
};

static bool is_stop(enum place place) {
  return place == PLACE_STOPPED || place == PLACE_BOTH || place == PLACE_MET;
}

static struct tally tally_of(uint32_t places, uint32_t live) {
  struct tally t = {0, 0, 0, 0};
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    enum place place = place_of(places, j);
    if (!(live >> j & 1))
      continue;
    t.live++;
    t.stopped += is_stop(place);
    t.arrived += place == PLACE_ARRIVED;
    t.failed += place == PLACE_FAILED;
  }
  return t;
}

/* What follows from who stands, who has arrived, and how many insist. */
static enum rendezvous_result expect(const struct tally *t, uint32_t insist) {
  return t->arrived == 0 || 2 * insist > t->live ? RENDEZVOUS_MEET
                                                 : RENDEZVOUS_RESUME;
}

/*
 * Up to `most` of those that stopped for the round insist, wherever they stand
 * in the row; everybody else says so, too, which is not about this round.
 * @return How many do.
 */
static uint32_t put_insisting(struct rendezvous_view *view, uint32_t places,
                              uint32_t most) {
  uint32_t insist = 0;
  for (uint32_t j = REPLICA_MAX; j-- > 0;) {
    enum place place = place_of(places, j);
    bool stopped = place == PLACE_STOPPED || place == PLACE_BOTH;
    view->stop[j].insist = !stopped || insist < most;
    insist += stopped && insist < most && (view->live >> j & 1);
  }
  return insist;
}

static void check_round(uint32_t places, uint32_t live, uint32_t most) {
  struct rendezvous round = {.round = ROUND, .next = NEXT};
  struct rendezvous_view view = {.live = live};
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    put(&view, j, place_of(places, j));
  uint32_t insist = put_insisting(&view, places, most);
  struct tally t = tally_of(places, live);
  bool all_there = t.stopped + t.arrived + t.failed == t.live;
  enum rendezvous_result outcome = rendezvous_decide(&view, &round);
  if (all_there)
    CHECK(outcome == expect(&t, insist), "all stopped: meet; somebody on the "
                                         "way: run on; a quorum insists: it "
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
         places++)
      for (uint32_t most = 0; most <= REPLICA_MAX; most++)
        check_round(places, live, most);
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

/*
 * 0 has stopped for the round, 1 names another one. Whoever of them is led to
 * wait for a deadline and then meets alone, where it stands, takes the others
 * with it, and they do not run on to a kernel entry that it has not come to.
 */
static void who_met_for_another_round_is_not_run_after(void) {
  struct rendezvous round = {.round = ROUND, .next = NEXT};
  struct rendezvous_view view = {.live = 7};
  put(&view, 0, PLACE_STOPPED);
  put(&view, 1, PLACE_MET);
  put(&view, 2, PLACE_STOPPED);
  struct rendezvous_places places = rendezvous_sort(&view, &round);
  CHECK(places.stopped == 5 && places.met == 2 && !places.arrived,
        "told apart from those of this round");
  CHECK(rendezvous_decide(&view, &round) == RENDEZVOUS_MEET,
        "nobody is on the way to a kernel entry: meet");
  put(&view, 0, PLACE_ARRIVED);
  CHECK(rendezvous_decide(&view, &round) == RENDEZVOUS_RESUME,
        "somebody is: run on to it");
}

static void a_later_round_is_joined_with_a_quorum(void) {
  struct rendezvous round = {.round = ROUND, .next = NEXT};
  struct rendezvous_view view = {.live = 7, .stop_good = 7};
  view.stop[0].round = ROUND;
  view.stop[1].round = ROUND + 3;
  view.stop[2].round = ROUND;
  CHECK(rendezvous_later(&view, &round) == 0, "not on the word of one");
  view.stop[2].round = ROUND + 3;
  CHECK(rendezvous_later(&view, &round) == ROUND + 3,
        "on that of two of three");
  view.stop_good = 3;
  CHECK(rendezvous_later(&view, &round) == 0, "if it can be read");
  view.stop_good = 7;
  view.stop[1].round = view.stop[2].round = ROUND - 1;
  CHECK(rendezvous_later(&view, &round) == 0, "an earlier one is over");
  view.stop[1].round = view.stop[2].round = ROUND + 3;
  view.live = 15;
  CHECK(rendezvous_later(&view, &round) == 0, "of four it takes three");
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
  who_met_for_another_round_is_not_run_after();
  a_later_round_is_joined_with_a_quorum();
  rounds_are_joined_or_opened();
  return check_report("rendezvous");
}
