/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of the echo service inside the board, over the loopback address. */
#pragma once

#include "app/network.h"

/** Connect to `port`, to send `bytes` bytes. @return False if that fails. */
bool loop_start(uint32_t port, uint32_t bytes);

/** Take an event, if it is this client's. @return Whether it is. */
bool loop_take(const struct network_event *event);

/** @return Whether all that was sent has come back, byte for byte. */
bool loop_is_right(void);
