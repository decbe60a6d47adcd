/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rights and counts by region. A capability says which process may reach a
 * peripheral; the rights here say what no process may do, whatever it has
 * mapped: a store that all replicas agree on is still one that a bug can make.
 * Source: IMX6DQRM chapter 2 (memory map of the AIPS bridges).
 */
#include "shim/region.h"

#define PERIPHERALS_START 0x02000000u
#define CORES_START 0x00a00000u
#define REGION_SHIFT 14

/* Peripherals that user level may only read. */
static const paddr_t read_only[] = {
    0x020bc000u, /* WDOG1: fed by the kernel, at ticks that a majority agrees */
    0x021bc000u, /* OCOTP: a store can blow a fuse, which nothing takes back */
};

word_t region_of(paddr_t paddr) {
  word_t index = (paddr - PERIPHERALS_START) >> REGION_SHIFT;
  if (index < REGION_PERIPHERALS)
    return index;
  return (paddr - CORES_START) >> REGION_SHIFT == 0 ? REGION_CORES
                                                    : REGION_MEMORY;
}

paddr_t region_start(word_t region) {
  if (region == REGION_MEMORY)
    return 0;
  return region == REGION_CORES ? CORES_START
                                : PERIPHERALS_START + (region << REGION_SHIFT);
}

word_t region_rights(word_t region) {
  for (word_t i = 0; i < sizeof read_only / sizeof read_only[0]; i++)
    if (region_of(read_only[i]) == region)
      return REGION_RIGHT_READ;
  if (region == REGION_CORES)
    return 0; /* never offered to anybody */
  return REGION_RIGHT_READ | REGION_RIGHT_WRITE;
}

static void account_access(struct region_count *counts, paddr_t device,
                           bool write, word_t times) {
  struct region_count *count = &counts[region_of(device)];
  if (write)
    count->stores += times;
  else
    count->loads += times;
}

void region_account(struct region_count *counts,
                    const struct device_request *request) {
  switch (request->kind) {
  case DEVICE_READ:
  case DEVICE_WRITE:
    account_access(counts, request->device, request->kind == DEVICE_WRITE, 1);
    break;
  case DEVICE_WRITE_FIFO:
    account_access(counts, request->device, true, request->count);
    if (request->status)
      account_access(counts, request->status, false, 1);
    break;
  case DEVICE_READ_BLOCK:
  case DEVICE_WRITE_BLOCK:
    counts[region_of(request->device)].block_bytes += request->count;
    break;
  case DEVICE_BATCH:
    for (word_t i = 0; i < request->count; i++)
      account_access(counts, request->accesses[i].device,
                     request->accesses[i].write, 1);
    break;
  case DEVICE_SHOW:
    break; /* no access */
  }
}
