/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether and when a replica that was taken away is brought back. Pure.
 */
#pragma once

#include "abi/boot.h"

/*
 * May a replica that has been convicted `convictions` times (since the count
 * was last started, an hour ago at most) be brought back?
 * @param commanded  A program has asked for it since.
 */
bool policy_allows(const struct boot_config *config, uint32_t convictions,
                   bool commanded);

/* How long to wait before that, microseconds: doubles with each conviction. */
uint32_t policy_backoff_us(const struct boot_config *config,
                           uint32_t convictions);
