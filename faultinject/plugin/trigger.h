/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Actions at exact moments of virtual time: flips, dumps, the limit. A timer on
 * the virtual clock fires when exactly T instructions were executed, with no
 * core running, so memory and registers are consistent and nothing needs to be
 * instrumented.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "emulator.h"
#include "options.h"

#define LIMIT_STATUS 124     /* exit status of a run that reached its limit */
#define CONVERGED_STATUS 123 /* of one that ended early (checkpoint.h) */

/** What was seen at the first flip (or null flip). */
struct trigger_facts {
  bool fired;
  int64_t fired_ns; /* virtual time */
  uint64_t stamp;   /* global timer, 10 ns units */
  uint32_t before;  /* byte or register */
  uint32_t after;   /* read back */
  uint32_t pc[CORES_MAX];
  uint32_t cpsr[CORES_MAX];
};

extern struct trigger_facts trigger_facts;
extern bool trigger_limit_reached;

/** Arm all actions once. Context: the machine begins to run. */
void trigger_start(void);

/** Can it be done between two instructions (quiet.h): a flip, a null flip, a
 * pause? Dumps and limits need a timer. */
bool trigger_is_exact(const struct action *action);

/** Flip or pause now. Context: no core runs, or at the entry of a block. */
void trigger_act(const struct action *action);
