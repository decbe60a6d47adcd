/* SPDX-License-Identifier: BSD-2-Clause */
/* The echo service: what comes on a port goes back to its sender. */
#pragma once

#include "app/network.h"

struct echo_counts {
  bool over;            /* a datagram `exit` has come */
  uint32_t connections; /* that have ended */
  uint32_t bytes;       /* given back by TCP, modulo 2^32 */
  uint32_t datagrams;   /* given back */
};

/** Serve TCP and UDP on `port`. @return False if the port is taken. */
bool echo_start(uint32_t port);

/** Take an event of the service's own. */
void echo_take(const struct network_event *event);

struct echo_counts echo_counts(void);
