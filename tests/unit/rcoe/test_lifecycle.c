/* SPDX-License-Identifier: BSD-2-Clause */
/* rcoe/core/lifecycle.c over all live sets, primaries and convictions. */
#include "harness/check.h"
#include "rcoe/lifecycle.h"
#include "rcoe/shared.h"

#define SETS (1u << REPLICA_MAX)

static void all_start_alive_with_replica_0_as_primary(void) {
  for (uint32_t n = 1; n <= REPLICA_MAX; n++) {
    struct lifecycle cycle = {9, 9, 9, 9, 9};
    lifecycle_init(&cycle, n);
    CHECK(cycle.live == (SETS - 1) >> (REPLICA_MAX - n), "all replicas live");
    CHECK(cycle.primary == 0, "replica 0 is the first primary");
    CHECK(cycle.epoch == 0, "the live set has not changed yet");
    CHECK(cycle.removed == 0 && cycle.added == 0, "nobody has left or come");
  }
}

static void lowest_is_the_lowest_set_bit(void) {
  for (uint32_t bit = 0; bit < 32; bit++) {
    CHECK(lifecycle_lowest(1u << bit) == bit, "one bit is the lowest");
    CHECK(lifecycle_lowest(~0u << bit) == bit, "higher bits do not matter");
  }
}

static void check_removal(uint32_t live, uint32_t primary, uint32_t convicted) {
  struct lifecycle cycle = {
      .live = live, .primary = primary, .epoch = 3, .removed = 5};
  bool changed = lifecycle_remove(&cycle, convicted);
  CHECK(cycle.live == (live & ~convicted), "exactly the convicted leave");
  CHECK(cycle.epoch == 4, "a change of the live set is a new epoch");
  CHECK(cycle.removed == 5 + (uint32_t)__builtin_popcount(live & convicted),
        "those that leave are counted");
  CHECK(changed == ((convicted >> primary & 1) != 0),
        "the primary changes when it is convicted, and only then");
  if (!cycle.live)
    return;
  CHECK(cycle.live >> cycle.primary & 1, "the primary is alive");
  CHECK(changed || cycle.primary == primary, "a living primary stays");
  CHECK(!changed || !(cycle.live & ((1u << cycle.primary) - 1)),
        "the lowest survivor succeeds a lost primary");
}

static void every_removal_leaves_a_living_primary(void) {
  for (uint32_t live = 1; live < SETS; live++)
    for (uint32_t primary = 0; primary < REPLICA_MAX; primary++)
      for (uint32_t convicted = 0; convicted < SETS; convicted++)
        if (live >> primary & 1)
          check_removal(live, primary, convicted);
}

static void who_joins_is_live_and_no_primary(void) {
  for (uint32_t live = 1; live < SETS; live++)
    for (uint32_t joined = 0; joined < REPLICA_MAX; joined++) {
      if (live >> joined & 1)
        continue;
      struct lifecycle cycle = {.live = live, .epoch = 7};
      cycle.primary = lifecycle_lowest(live);
      uint32_t primary = cycle.primary;
      lifecycle_add(&cycle, 1u << joined);
      CHECK(cycle.live == (live | 1u << joined), "exactly the joiner is added");
      CHECK(cycle.primary == primary, "the primary stays");
      CHECK(cycle.added == 1 && cycle.removed == 0, "it is counted");
      CHECK(cycle.epoch == 8, "a change of the live set is a new epoch");
    }
}

int main(void) {
  all_start_alive_with_replica_0_as_primary();
  lowest_is_the_lowest_set_bit();
  every_removal_leaves_a_living_primary();
  who_joins_is_live_and_no_primary();
  return check_report("lifecycle");
}
