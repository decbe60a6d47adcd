/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ground station, while the flight goes on: command packets as datagrams,
 * or as lines `TC <octets in hex>` on the serial line; telemetry packets as a
 * datagram each to whoever sent the last good command by datagram.
 * Must never: wait. A cycle takes what has come, at most GROUND_MOST pieces.
 */
#pragma once

#include "uplink.h"

#define GROUND_MOST 8u /* datagrams, and reads of the serial line, a cycle */

/** Listen on a UDP port of the board; 0: on the serial line only.
 * @return False: the port can not be had. */
bool ground_start(uint32_t port);

/** Read the commands that have come; nothing before ground_start. */
void ground_receive(struct uplink *uplink, uplink_told *told);

/** Send a telemetry packet, if it is known where to. What the network has no
 * room for is lost, as on any link. */
void ground_send(const uint8_t *bytes, size_t count);
