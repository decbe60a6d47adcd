/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivers/store: power fails at every program and erase of a sequence of
 * operations, in each with several shares of it done. Each time the store must
 * hold what was acknowledged, and go on. Then chains of failures: power fails
 * again and again before much is done.
 */
#include "store_world.h"

#include "harness/check.h"

#include <stdio.h>

#define OPERATIONS 500u
#define AFTER 6u /* operations after the failure */
#define CHAINS 60u
#define CHAIN_LENGTH 120u

static struct world before; /* just before the operation that is tried */
static struct world world;

static bool good(enum store_result result) {
  return result == STORE_DONE || result == STORE_NO_KEY;
}

/* Power fails in the `cut`-th flash operation of the next step, or later. */
static bool survives(uint32_t cut, enum tear tear) {
  world = before;
  world.flash.flash.context = &world.flash;
  world.store.log.flash = &world.flash.flash;
  world.flash.cut_at = world.flash.operations + cut;
  world.flash.tear = tear;
  world_step(&world);
  if (world_mount(&world) != STORE_DONE || !world_is_right(&world)) {
    return false;
  }
  bool right = true;
  for (uint32_t i = 0; i < AFTER; i++) {
    right = right && good(world_step(&world));
  }
  return right && world_is_right(&world) && world_mount(&world) == STORE_DONE &&
         world_is_right(&world);
}

/* Every failure in the next step of `before`. @return How many were tried. */
static uint32_t try_all(uint32_t flash_operations, uint32_t step) {
  uint32_t tried = 0;
  for (uint32_t cut = 1; cut <= flash_operations; cut++) {
    for (enum tear tear = TEAR_NOTHING; tear < TEARS; tear++) {
      bool right = survives(cut, tear);
      if (!right) {
        printf("step %u, flash operation %u, tear %d\n", step, cut, (int)tear);
      }
      CHECK(right, "what was acknowledged is there, and the store goes on");
      tried++;
    }
  }
  return tried;
}

static void survives_every_cut(void) {
  static struct world next;
  uint32_t tried = 0;
  world_start(&before, 8, 77);
  world_mount(&before);
  for (uint32_t i = 0; i < OPERATIONS; i++) {
    next = before;
    next.flash.flash.context = &next.flash;
    next.store.log.flash = &next.flash.flash;
    CHECK(good(world_step(&next)), "the sequence goes on");
    tried += try_all(next.flash.operations - before.flash.operations, i);
    before = next;
    before.flash.flash.context = &before.flash;
    before.store.log.flash = &before.flash.flash;
  }
  printf("%u operations, power failed %u times; %u sectors collected, %u "
         "records copied\n",
         OPERATIONS, tried, before.store.status.collected,
         before.store.status.copied);
  CHECK(before.store.status.collected > 10 && before.store.status.copied > 10,
        "the sequence collects garbage");
}

/* Power fails within the first few flash operations, time and again. */
static void survives_chains_of_cuts(void) {
  for (uint32_t chain = 0; chain < CHAINS; chain++) {
    bool right = true;
    world_start(&world, 8, 1000 + chain);
    world_mount(&world);
    for (uint32_t i = 0; i < 60; i++) {
      right = right && good(world_step(&world));
    }
    for (uint32_t i = 0; i < CHAIN_LENGTH && right; i++) {
      world.flash.tear = (enum tear)world_random(&world, TEARS);
      world.flash.cut_at = world.flash.operations + 1 + world_random(&world, 6);
      while (right && !world.flash.dead) {
        enum store_result result = world_step(&world);
        right = good(result) || world.flash.dead;
      }
      right =
          right && world_mount(&world) == STORE_DONE && world_is_right(&world);
    }
    CHECK(right, "a chain of failures loses nothing");
  }
}

int main(void) {
  survives_every_cut();
  survives_chains_of_cuts();
  return check_report("store_cuts");
}
