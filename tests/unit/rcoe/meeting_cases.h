/* SPDX-License-Identifier: BSD-2-Clause */
/* Views and verdicts with which the tests of rcoe/core/meeting.c begin. */
#pragma once

#include "rcoe/meeting.h"

#define NUMBER 20u
#define START 1000u

static const struct meeting_limits limits = {
    .deadline = 100, .ask = 60, .verdict_deadline = 50, .patience = 1000};

/* Replica 0 looks at three healthy ones, itself among them, that have met. */
static inline struct view three_met(void) {
  struct view view = {.self = 0,
                      .live = 7,
                      .arrival_good = 7,
                      .notice_good = 7,
                      .answer_good = 7};
  for (uint32_t j = 0; j < 3; j++)
    view.arrival[j] = (struct arrival){
        .meeting = NUMBER, .time = 9, .signature_lo = 5, .signature_hi = 6};
  return view;
}

static inline struct notice verdict(uint32_t meeting, uint32_t suspects) {
  return (struct notice){
      .health = HEALTH_DISPUTE, .meeting = meeting, .suspects = suspects};
}

static inline struct meeting started(void) {
  struct meeting m;
  meeting_start(&m, NUMBER, START, &limits);
  return m;
}
