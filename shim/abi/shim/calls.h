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
 *
 * On return r0 is an `enum err` (0 = done), r1 the value read (SHIM_READ, and
 * SHIM_WRITE_FIFO with a status register, which is read as 32 bits after the
 * last byte: the driver knows without another call whether it may go on).
 * Width is 1, 2 or 4 and the device VA is aligned to it. SHIM_WRITE_FIFO writes
 * `count` bytes of the buffer, one after the other, to the same register, each
 * as a `width` access. SHIM_READ_BLOCK copies bytes from a device mapping
 * (RAM disk) into the caller's private memory; neither range may cross a
 * 4 KiB page boundary.
 *
 * Errors: ERR_INVALID_ARGUMENT with r1 = 0 (device VA is no device mapping of
 * the caller or lacks the right), 1 (width, alignment), 2 (buffer not mapped
 * or lacks the right), 3 (count), 4 (status register: no device mapping,
 * alignment).
 */
#pragma once

enum shim_call {
  SHIM_READ = -64,
  SHIM_WRITE = -65,
  SHIM_WRITE_FIFO = -66,
  SHIM_READ_BLOCK = -67,
  SHIM_BRING_BACK = -68, /* no device: see below */
};

/*
 * SHIM_BRING_BACK takes no argument: bring back the replica that was taken
 * away. r0: 0, also if nobody is away; ERR_ILLEGAL_OPERATION if the system was
 * not booted with the policy "command". Any process may ask.
 */

#define SHIM_FIFO_MAX 64
#define SHIM_BLOCK_MAX 4096
