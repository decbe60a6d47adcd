/* SPDX-License-Identifier: BSD-2-Clause */
/* Private: device access by shim call, within the limits of shim/calls.h. */
#pragma once

#include "shim_user/shim.h"

uint32_t trapped_read(vaddr_t device, word_t width);
void trapped_write(vaddr_t device, word_t width, uint32_t value);
uint32_t trapped_write_fifo(vaddr_t device, const uint8_t *bytes, size_t count,
                            vaddr_t status);
void trapped_read_block(void *bytes, vaddr_t device, size_t count);
void trapped_batch(struct shim_access *accesses, size_t count);
void trapped_clean(vaddr_t start, size_t count);
void trapped_invalidate(vaddr_t start, size_t count);
bool trapped_bring_back(void);
struct shim_replicas trapped_replicas(void);
