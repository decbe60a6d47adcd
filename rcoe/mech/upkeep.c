/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done to memory beside the service; rcoe/upkeep.h explains. */
#include "rcoe/upkeep.h"

#include "rcoe/attempt.h"
#include "rcoe/compare.h"
#include "rcoe/fresh.h"
#include "rcoe/replica.h"
#include "rcoe/scrub.h"

#define FRESH_PAGES 32u /* cleared per tick; about 400 instructions each */
#define FRESH_PAGES_IDLE 512u

/* Equal in all replicas. */
bool upkeep_due;
static struct {
  word_t imprecise; /* threads that may stand elsewhere in other replicas */
  bool tick;        /* since the last step */
} upkeep;

word_t upkeep_pages(word_t pages) {
  word_t tick = replica.config.tick_us;
  word_t share = tick < UPKEEP_TICK_US ? pages * tick / UPKEEP_TICK_US : pages;
  return share > 0 ? share : 1;
}

void upkeep_tick(void) {
  upkeep_due = true;
  upkeep.tick = true;
  attempt_tick();
  scrub_tick();
}

void upkeep_imprecise(void) {
  upkeep.imprecise++;
}

void upkeep_precise(void) {
  if (upkeep.imprecise > 0)
    upkeep.imprecise--;
}

void upkeep_rejoined(enum upkeep_place place) {
  if (attempt_is_active())
    return;
  scrub_step(place);
  if (upkeep.tick)
    fresh_step(
        upkeep_pages(place == UPKEEP_IDLE ? FRESH_PAGES_IDLE : FRESH_PAGES));
  upkeep.tick = false;
  upkeep_due = compare_is_open() || replica.cycle.live != replica.configured;
}

void upkeep_step(enum upkeep_place place) {
  if (upkeep.imprecise)
    return;
  attempt_step(place);
  upkeep_rejoined(place);
}
