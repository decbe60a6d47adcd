/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory of the guest: flip, dump, digest. Context of all functions:
 * no core runs. They must never touch anything but RAM.
 */
#pragma once

#include "options.h"

/** Xor one byte; code that was translated from it is translated anew. */
void memory_flip(uint64_t address, uint8_t mask);

/**
 * Write a range to a sparse file (zero pages become holes).
 * @return false when the file can not be written.
 */
bool memory_dump(uint64_t start, uint64_t length, const char *file);

/**
 * 64-bit digest of a range without its skipped parts (whole pages). Zero pages
 * do not count, so that it does not depend on untouched memory.
 */
uint64_t memory_digest(const struct digest_range *range);

/** Add bytes of the host's memory, and their number, to a digest. */
uint64_t memory_fold(uint64_t state, const void *bytes, size_t size);
