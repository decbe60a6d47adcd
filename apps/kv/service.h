/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The key-value server on the network: events of sockets become bytes for
 * sessions, replies go back. One thread; a request is served when it is whole.
 */
#pragma once

#include "app/network.h"
#include "session.h"

/**
 * Listen on `port` and take the memory of the start page.
 * @param clients  Connections at once, at least 1.
 * @return False: the port is taken, or the memory is too small.
 */
bool service_start(uint32_t port, uint32_t clients,
                   const struct keeper *keeper);

/** Take an event of one of the server's own sockets. */
void service_take(const struct network_event *event);

/** All that came has been served: look at the clock, forget expired keys. */
void service_rest(void);

/** @return Whether a client has asked for the end. */
bool service_is_over(void);

/** What was served so far. */
const struct server *service_server(void);
