/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client inside the board: sends recorded requests, the input, to the server
 * over the loopback address and adds up the replies. No packet comes from
 * outside, so such a run repeats exactly.
 */
#pragma once

#include "app/network.h"

/** Connect to `port`. @return False if that fails. */
bool replay_start(uint32_t port);

/** Take an event, if it is this client's. @return Whether it is. */
bool replay_take(const struct network_event *event);

/** @return Whether the server has closed the connection. */
bool replay_is_over(void);

/** Print what was sent and received; the last line.
 * @return Whether all requests were sent and the last reply came. */
bool replay_report(void);
