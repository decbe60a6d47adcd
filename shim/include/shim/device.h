/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The edge of the sphere of replication: a device operation that all replicas
 * agree on, that the primary performs once, and whose result all receive.
 */
#pragma once

#include "shim/request.h"

/*
 * Agree on `request`, have it performed, and give everybody the result.
 *
 * @return The value read (register or status), else 0.
 * Context: kernel, interrupts masked; every live replica makes the same call.
 */
word_t device_operate(const struct device_request *request);
