/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How drivers reach their devices: one interface for two worlds. In the
 * replicated system each access is a shim call, which the replicas vote on
 * and the primary performs once; in the unprotected one it is a load or store
 * on the driver's own mapping. Which one it is, is told at start; the same
 * driver binary serves both.
 *
 * `device` is always a virtual address in the caller's own device mapping. A
 * refused shim call is a bug of the driver: it panics.
 * Context: user mode, one thread per process.
 */
#pragma once

#include "abi/boot.h"
#include "abi/types.h"
#include "shim/calls.h"

/** Choose how devices are reached; call once, before anything else here. */
void shim_start(const struct boot_arguments *arguments);

uint32_t shim_read32(vaddr_t device);
uint16_t shim_read16(vaddr_t device);
void shim_write32(vaddr_t device, uint32_t value);
void shim_write16(vaddr_t device, uint16_t value);

/**
 * Write `count` bytes, in order, to the same 32-bit register, each as one
 * 32-bit access. Any count; the caller knows how much the device can take.
 * @param status  32-bit register that is read behind the last byte, or 0.
 * @return What was read there; 0 without a status register or without bytes.
 */
uint32_t shim_write_fifo(vaddr_t device, const uint8_t *bytes, size_t count,
                         vaddr_t status);

/**
 * Copy `count` bytes of device memory at `device` to private memory at
 * `bytes`. Any count and alignment.
 */
void shim_read_block(void *bytes, vaddr_t device, size_t count);

/** Accesses of a batch: a load, a store. */
static inline struct shim_access shim_load32(vaddr_t device) {
  return (struct shim_access){device, 4, 0};
}

static inline struct shim_access shim_store32(vaddr_t device, uint32_t value) {
  return (struct shim_access){device, 4 | SHIM_ACCESS_WRITE, value};
}

/**
 * Do any number of accesses in order; what loads bring is in their `value`
 * then. In the replicated system up to SHIM_BATCH_MAX of them cost hardly more
 * than one, so whatever does not depend on an earlier answer belongs together.
 */
void shim_batch(struct shim_access *accesses, size_t count);

/*
 * DMA memory (rt_server.buffers): the CPU's view is cached and private, the
 * device's lies at the physical address. Any count and alignment; exactly the
 * named bytes move. Rings (rt_server.rings) are one memory for both: reach
 * them as registers, through the functions above.
 */

/** Before a device reads `count` bytes at `bytes`: show them to it. */
void shim_clean(const void *bytes, size_t count);

/** Behind a device that has written there: get its bytes. */
void shim_invalidate(void *bytes, size_t count);

/**
 * Have the replica that was taken away brought back.
 * @return True if that is under way or nobody is away; false if the system was
 *         not booted with the policy "command", or is not replicated.
 */
bool shim_bring_back(const struct boot_arguments *arguments);

/** How the replicas are. */
struct shim_replicas {
  uint32_t live;    /* mask; 0: the system is not replicated */
  uint32_t primary; /* number of the replica that touches devices */
  /* since boot: */
  uint32_t downgrades; /* replicas taken away */
  uint32_t returns;    /* replicas brought back */
  uint32_t mended;     /* pages that the scrubber mended */
};

/** The same in all replicas. `arguments`: this process's; shim_start is not
 * needed. */
struct shim_replicas shim_replicas(const struct boot_arguments *arguments);
