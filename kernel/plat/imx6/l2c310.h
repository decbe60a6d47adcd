/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Outer cache of the i.MX6 (L2C-310, DDI 0246): set up once, by the loader on
 * core 0.
 */
#pragma once

#include "abi/types.h"

/*
 * Invalidate and enable the L2 cache. MMU off, no other core running.
 * @param base  Real address of the controller.
 */
void l2c310_enable(paddr_t base);
