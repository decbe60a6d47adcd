/* SPDX-License-Identifier: BSD-2-Clause */
/* One server and one connection in memory, for tests: say a line, see the
 * reply. */
#pragma once

#include "session.h"

extern struct server talk_server;
extern struct session talk_session;

/** A new server with `bytes` of memory (at most 1 MiB), and a connection. */
void talk_start(uint32_t bytes);

/** Send `text` as it is; serve all of it. @return All replies so far, as text
 * (NUL terminated); they have left. */
const char *talk(const char *text);

/** @return Whether the inline command `line` is answered by `reply`; both
 * without their last line end. */
bool talk_says(const char *line, const char *reply);
