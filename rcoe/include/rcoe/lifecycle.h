/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who lives, who is primary. Every replica keeps its own copy and changes it
 * only by agreed verdicts, so that all healthy copies are equal.
 */
#pragma once

#include "abi/types.h"

struct lifecycle {
  uint32_t live;    /* mask of replicas in operation */
  uint32_t primary; /* number of the replica that performs device accesses */
  uint32_t epoch;   /* how often the live set has changed */
  uint32_t removed; /* replicas ever taken away */
  uint32_t added;   /* and brought back */
};

/* All of `replicas` (1..4) live; replica 0 is primary. */
void lifecycle_init(struct lifecycle *cycle, uint32_t replicas);

/*
 * Remove `convicted` from the live set. A lost primary is succeeded by the
 * lowest-numbered survivor.
 * @return Whether the primary changed.
 */
bool lifecycle_remove(struct lifecycle *cycle, uint32_t convicted);

/* Add `joined` to the live set. The primary stays who it is. */
void lifecycle_add(struct lifecycle *cycle, uint32_t joined);

/* The lowest-numbered replica of a non-empty mask. */
uint32_t lifecycle_lowest(uint32_t mask);
