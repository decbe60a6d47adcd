/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scrubber: latent flips are found and mended before anything reads them. All
 * replicas hash the same few pages in use and compare the hashes a step later.
 * If they differ, they look at the same pages again, one by one. The replica
 * whose page is odd among at least three copies it from the lowest-numbered
 * one of the majority while the others wait. Two replicas that differ only say
 * so: nobody knows who is right.
 */
#pragma once

#include "rcoe/upkeep.h"

/* A tick was agreed: some pages are due. */
void scrub_tick(void);

/* Behind an agreed meeting: judge, mend, hash. */
void scrub_step(enum upkeep_place place);

/* Memory differs somewhere: look at all of it soon / is that going on? */
void scrub_hurry(void);
bool scrub_is_hurrying(void);

/* Pages mended since boot; equal in all replicas. */
uint32_t scrub_mended(void);
