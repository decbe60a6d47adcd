/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lwIP asks of a compiler and of the system under it. Its assertions end
 * the process, and with it the run: a replica must not hide its own error.
 */
#pragma once

#include <stdint.h>

/** End this process: lwIP found `what` broken. */
_Noreturn void port_panic(const char *what);

/** The next of a fixed sequence of numbers; equal in all replicas. */
uint32_t port_random(void);

#define LWIP_PLATFORM_DIAG(message)
#define LWIP_PLATFORM_ASSERT(what) port_panic(what)
#define LWIP_RAND() port_random()
