/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scrubber: latent flips are found and mended before anything reads them. At
 * the first system call after each tick, when all replicas stand at the same
 * instruction and no thread is imprecise, each hashes the same page of memory
 * in use and publishes the hash. One meeting later all hashes are there; the
 * replica whose hash is odd among at least three copies that page from the
 * lowest-numbered one of the majority, at the next system call, while the
 * others wait. Two replicas that differ only say so: nobody knows who is right.
 */
#pragma once

#include "abi/types.h"

/* A tick was agreed: a page is due. */
void scrub_tick(void);

/* A thread was interrupted where others may stand elsewhere / is back. */
void scrub_imprecise(void);
void scrub_precise(void);

/* Behind the meeting of a system call's entry: judge, repair, hash. */
void scrub_step(void);
