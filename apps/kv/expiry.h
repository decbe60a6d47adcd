/* SPDX-License-Identifier: BSD-2-Clause */
/* Times to live, as commands give them. */
#pragma once

#include "command.h"

/** Read argument `i` as a time to live from now on, which must be positive.
 * @param expires_ms  Set to when it is over.
 * @return False: an error was answered. */
bool expiry_read(struct call *call, uint32_t i, bool in_seconds,
                 uint64_t *expires_ms);

/** Add a time to live, which may have passed, to now.
 * @return False: out of range. */
bool expiry_from_now(const struct database *database, int64_t ttl,
                     bool in_seconds, uint64_t *expires_ms);
