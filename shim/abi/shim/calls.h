/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shim calls: how a driver reaches its device when the system is replicated.
 * They are system calls (`svc #0`, number in r7) outside seL4's range. Devices
 * are named by the virtual address of the caller's own device mapping: who has
 * not mapped a device can not touch it.
 *
 *   call               r0         r1       r2                r3
 *   SHIM_READ          device VA  width    -                 -
 *   SHIM_WRITE         device VA  width    value             -
 *   SHIM_WRITE_FIFO    device VA  width    buffer VA         count <= 64
 *                      r4: device VA of a status register, or 0
 *   SHIM_READ_BLOCK    device VA  -        buffer VA         bytes <= 4096
 *   SHIM_BATCH         -          -        VA of accesses    count <= 64
 *   SHIM_CLEAN         -          -        memory VA         bytes <= 4096
 *   SHIM_INVALIDATE    -          -        memory VA         bytes <= 4096
 *
 * On return r0 is an `enum err` (0 = done), r1 the value read (SHIM_READ, and
 * SHIM_WRITE_FIFO with a status register, which is read as 32 bits after the
 * last byte: the driver knows without another call whether it may go on).
 * Width is 1, 2 or 4 and the device VA is aligned to it. SHIM_WRITE_FIFO writes
 * `count` bytes of the buffer, one after the other, to the same register, each
 * as a `width` access. SHIM_READ_BLOCK copies bytes from a device mapping
 * (RAM disk) into the caller's private memory; neither range may cross a
 * 4 KiB page boundary. SHIM_BATCH does `struct shim_access`es in order, with
 * one vote for all of them. SHIM_CLEAN shows devices what the caller's cached
 * memory holds (write-out to the device-visible image), SHIM_INVALIDATE reads
 * back what devices have written there; exactly the bytes that are named.
 *
 * Errors: ERR_INVALID_ARGUMENT with r1 = 0 (device VA is no device mapping of
 * the caller or lacks the right), 1 (width, alignment), 2 (buffer or memory
 * not mapped, not cached, or lacks the right; accesses not word-aligned),
 * 3 (count), 4 (status register: no device mapping, alignment). A batch with a
 * wrong access does none of them.
 */
#pragma once

#include "abi/types.h"

enum shim_call {
  SHIM_READ = -64,
  SHIM_WRITE = -65,
  SHIM_WRITE_FIFO = -66,
  SHIM_READ_BLOCK = -67,
  SHIM_BRING_BACK = -68, /* no device: see below */
  SHIM_BATCH = -69,
  SHIM_CLEAN = -70,
  SHIM_INVALIDATE = -71,
  SHIM_REPLICAS = -72, /* no device: see below */
};

/* One access of a batch. */
struct shim_access {
  vaddr_t device; /* aligned to its width */
  word_t what;    /* width: 1, 2 or 4; with SHIM_ACCESS_WRITE for a store */
  word_t value;   /* stored; or, when the call returns, what was read */
};

#define SHIM_ACCESS_WRITE 0x100u

/*
 * SHIM_BRING_BACK takes no argument: bring back the replica that was taken
 * away. r0: 0, also if nobody is away; ERR_ILLEGAL_OPERATION if the system was
 * not booted with the policy "command". Any process may ask.
 *
 * SHIM_REPLICAS takes no argument either. r0: 0; r1: mask of the live replicas,
 * and the primary's number from bit 8 on; since boot r2: replicas taken away,
 * r3: replicas brought back, r4: pages that the scrubber mended. Any process
 * may ask; all replicas get the same answer.
 */

#define SHIM_REPLICAS_LIVE 0xffu
#define SHIM_REPLICAS_PRIMARY_SHIFT 8

#define SHIM_FIFO_MAX 64
#define SHIM_BLOCK_MAX 4096
#define SHIM_BATCH_MAX 64
