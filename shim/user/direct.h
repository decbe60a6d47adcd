/* SPDX-License-Identifier: BSD-2-Clause */
/* Private: device access by loads and stores on the caller's mapping. */
#pragma once

#include "shim/calls.h"

uint32_t direct_read(vaddr_t device, word_t width);
void direct_write(vaddr_t device, word_t width, uint32_t value);
uint32_t direct_write_fifo(vaddr_t device, const uint8_t *bytes, size_t count,
                           vaddr_t status);
void direct_read_block(void *bytes, vaddr_t device, size_t count);
void direct_batch(struct shim_access *accesses, size_t count);
void direct_clean(vaddr_t start, size_t count);
void direct_invalidate(vaddr_t start, size_t count);
