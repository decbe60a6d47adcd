/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot tells the root task: bootinfo page and extra bootinfo. */
#pragma once

#include "abi/boot.h"
#include "abi/bootinfo.h"
#include "abi/types.h"
#include "kernel/compiler.h"

/* Bytes of extra bootinfo, 0 if there is nothing to tell. */
word_t boot_info_extra_bytes(const struct boot_handover *handover);

/*
 * Write the extra bootinfo: boot arguments, if there is a command line or a
 * RAM disk, then the device tree, whose data begin at a multiple of 8.
 *
 * @param extra  Cleared memory of boot_info_extra_bytes.
 */
void boot_info_write_extra(void *extra, const struct boot_handover *handover);

/*
 * Is the blob in RAM a device tree of at most BOOT_DEVICE_TREE_MAX bytes that
 * lies in the bytes that the hand-over names? True if there is none.
 */
MUST_CHECK bool boot_info_tree_ok(const struct boot_handover *handover);

/*
 * Cut [start, end) into naturally aligned blocks of 2^4 to 2^29 bytes, as
 * large as possible, ascending. `end` 0 stands for 2^32.
 *
 * @param size_bits  Out: size of the block at `start`.
 * @return Start of the next block; equal to `end` when that was the last one.
 *         Less than 16 bytes are skipped with *size_bits = 0.
 */
paddr_t boot_info_cut(paddr_t start, paddr_t end, word_t *size_bits);
