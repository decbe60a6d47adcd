/* SPDX-License-Identifier: BSD-2-Clause */
/* The Ethernet driver as a network interface of lwIP. */
#pragma once

#include <stdbool.h>

/** Make the interface, default route and DHCP client. */
void interface_start(void);

/** Take frames that the driver has, to their end: all, or a bounded number of
 * rounds if they come as fast as they are taken. */
void interface_receive(void);

/** Go on where interface_receive stopped before the end; else nothing. To be
 * called at each tick: timers and clients have had their turn. */
void interface_catch_up(void);

/** Look whether the line is up; to be called about once a second. */
void interface_poll(void);

/** Hand over the frames that wait to be sent. */
void interface_flush(void);

bool interface_is_up(void);

/** @return Own address as driver/network.h has it; 0 = none yet. */
unsigned long interface_address(void);
