/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/vote.c over all small cases: every live set, every way of giving
 * equal or different ballots, every set of verdicts.
 */
#include "harness/check.h"
#include "rcoe/vote.h"

#define SETS (1u << REPLICA_MAX)

static uint32_t population(uint32_t mask) {
  return (uint32_t)__builtin_popcount(mask);
}

/* Digit `j` of `number` in base `base`. */
static uint32_t digit(uint32_t number, uint32_t base, uint32_t j) {
  while (j--)
    number /= base;
  return number % base;
}

static void population_and_quorum_are_right(void) {
  static const uint32_t quorum[] = {1, 1, 2, 2, 3};
  for (uint32_t mask = 0; mask < SETS; mask++) {
    CHECK(vote_population(mask) == population(mask), "population counts bits");
    CHECK(vote_quorum(mask) == quorum[population(mask)],
          "a quorum is more than half of the live replicas");
  }
  CHECK(vote_population(0xffffffffu) == 32, "population counts a full word");
}

/* Members of `live` that cast the same ballot as the largest group. */
static uint32_t largest_group(uint32_t ballots, uint32_t live) {
  uint32_t best = 0;
  for (uint32_t value = 0; value < REPLICA_MAX; value++) {
    uint32_t group = 0;
    for (uint32_t j = 0; j < REPLICA_MAX; j++)
      if ((live >> j & 1) && digit(ballots, REPLICA_MAX, j) == value)
        group |= 1u << j;
    if (population(group) > population(best))
      best = group;
  }
  return best;
}

/* Two ballots that differ do so in one field, each field in its turn. */
static void cast(struct arrival *arrival, uint32_t field, uint32_t value) {
  *arrival = (struct arrival){.meeting = 9, .time = 5};
  if (field == 0)
    arrival->time += value;
  else if (field == 1)
    arrival->signature_lo = value << 31 | value >> 1;
  else
    arrival->signature_hi = value << 13;
}

static void check_vote(uint32_t ballots, uint32_t live, uint32_t field) {
  struct arrival arrivals[REPLICA_MAX];
  uint32_t odd = 0xdead;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    cast(&arrivals[j], field, digit(ballots, REPLICA_MAX, j));
  enum vote_result result = vote_decide(arrivals, live, &odd);
  uint32_t group = largest_group(ballots, live);
  if (group == live) {
    CHECK(result == VOTE_AGREE, "equal ballots agree");
    CHECK(odd == 0, "nobody is odd when all agree");
  } else if (2 * population(group) > population(live)) {
    CHECK(result == VOTE_ODD, "a strict majority outvotes the others");
    CHECK(odd == (live & ~group), "exactly those outside it are odd");
  } else {
    CHECK(result == VOTE_TIE, "without a strict majority it is a tie");
    CHECK(odd == 0, "a tie accuses nobody");
  }
}

static void every_partition_of_ballots_is_judged_rightly(void) {
  for (uint32_t live = 1; live < SETS; live++)
    for (uint32_t ballots = 0; ballots < 256; ballots++)
      for (uint32_t field = 0; field < 3; field++)
        check_vote(ballots, live, field);
}

static void what_is_not_voted_on_does_not_matter(void) {
  struct arrival arrivals[REPLICA_MAX] = {0};
  uint32_t odd;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    arrivals[j] = (struct arrival){.meeting = 1, .proposal = j, .round = j};
  CHECK(vote_decide(arrivals, 0xf, &odd) == VOTE_AGREE,
        "proposal and round are not part of the ballot");
}

static const uint32_t candidates[] = {0, 1, 6, SUSPECTS_TIE};
#define CANDIDATES 4u

static void check_verdicts(uint32_t choice, uint32_t present, uint32_t live) {
  uint32_t verdicts[REPLICA_MAX];
  uint32_t expected = 0xbad;
  uint32_t winner = 0xbad;
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    verdicts[j] = candidates[digit(choice, CANDIDATES, j)];
  for (uint32_t k = 0; k < CANDIDATES; k++) {
    uint32_t votes = 0;
    for (uint32_t j = 0; j < REPLICA_MAX; j++)
      votes += (present & live & 1u << j) && verdicts[j] == candidates[k] &&
               !(candidates[k] >> j & 1);
    if (2 * votes > population(live))
      expected = candidates[k];
  }
  bool found = vote_count_verdicts(verdicts, present, live, &winner);
  CHECK(found == (expected != 0xbad),
        "a verdict acts only with more than half of the live replicas");
  CHECK(winner == expected, "the verdict with the quorum wins");
  if (found && winner != SUSPECTS_TIE)
    CHECK(population(live & ~winner) >= vote_quorum(live),
          "a quorum of others stands behind a conviction");
}

static void every_set_of_verdicts_is_counted_rightly(void) {
  for (uint32_t live = 1; live < SETS; live++)
    for (uint32_t present = 0; present < SETS; present++)
      for (uint32_t choice = 0; choice < 256; choice++)
        check_verdicts(choice, present, live);
}

/* Whatever replica 0 says of itself: without it nothing changes. */
static void nobody_helps_to_convict_himself(void) {
  for (uint32_t live = 1; live < SETS; live++)
    for (uint32_t suspects = 0; suspects < SETS; suspects++)
      for (uint32_t present = 0; present < SETS; present++) {
        uint32_t verdicts[REPLICA_MAX] = {suspects, suspects, suspects,
                                          suspects};
        uint32_t winner[2] = {0xbad, 0xbad};
        bool with = vote_count_verdicts(verdicts, present, live, &winner[0]);
        bool without = vote_count_verdicts(verdicts, present & ~suspects, live,
                                           &winner[1]);
        CHECK(with == without && winner[0] == winner[1],
              "a verdict against oneself does not count");
      }
}

int main(void) {
  population_and_quorum_are_right();
  every_partition_of_ballots_is_judged_rightly();
  what_is_not_voted_on_does_not_matter();
  every_set_of_verdicts_is_counted_rightly();
  nobody_helps_to_convict_himself();
  return check_report("vote");
}
