/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying a block across the edge of the sphere of replication, with the
 * signature of the bytes that really passed. Pure.
 */
#pragma once

#include "rcoe/signature.h"

/*
 * Copy `count` bytes and fold them, four at a time, the tail padded with zero
 * bytes (as signature_fold_bytes does). Word accesses where both pointers are
 * word aligned; reads every byte of `from` exactly once, in order.
 * @return Signature of the bytes copied.
 */
struct signature transfer_copy(volatile uint8_t *to,
                               const volatile uint8_t *from, size_t count);

/* The same signature of bytes that stay where they are. */
struct signature transfer_check(const volatile uint8_t *from, size_t count);
