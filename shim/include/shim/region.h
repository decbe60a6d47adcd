/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Regions of what is shared with devices: each peripheral of the AIPS bridges,
 * the distributor of interrupts, all RAM that devices see. What user level may
 * do to each, beside what its mapping allows, and what was done. Pure.
 */
#pragma once

#include "abi/types.h"
#include "shim/request.h"

#define REGION_PERIPHERALS 128u         /* IMX6DQRM chapter 2: 16 KiB each */
#define REGION_CORES REGION_PERIPHERALS /* the cores' private region */
#define REGION_MEMORY (REGION_PERIPHERALS + 1) /* all that lies elsewhere */
#define REGION_COUNT (REGION_PERIPHERALS + 2)

#define REGION_RIGHT_READ 1u
#define REGION_RIGHT_WRITE 2u

/* What was done, agreed by all: accesses of registers or words, and bytes of
 * blocks both ways. Each wraps. */
struct region_count {
  word_t loads;
  word_t stores;
  word_t block_bytes;
};

/* @return The region of an address, below REGION_COUNT. */
word_t region_of(paddr_t paddr);

/* @return Where a region starts; 0 of REGION_MEMORY. */
paddr_t region_start(word_t region);

/* @return What user level may do there, a mask of REGION_RIGHT_*. */
word_t region_rights(word_t region);

/* Add a request to the counts of its regions, REGION_COUNT of them. */
void region_account(struct region_count *counts,
                    const struct device_request *request);
