/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telemetry on its way out: packets with the cycle as their secondary header,
 * each a line `TM <octets in hex>` on the serial line, which is the console,
 * and a datagram to the ground station, if there is one.
 *
 *   APID   data behind the cycle (4 octets)
 *   0x010  housekeeping: live replicas (mask), primary (1 each); downgrades,
 *          returns, mended pages (2 each, highest 65535); commands accepted
 *          and refused, octets skipped (2 each)
 *   0x011  attitude: estimate w x y z, rate x y z, bias x y z, error: floats
 *   0x012  verification: sequence count (2), enum command_result (1)
 *   0x013  environment: 1 if the thermometer answered (1), its last
 *          millidegrees (4, two's complement); 1 if the clock told a date (1);
 *          year (2), month, day, hour, minute, second (1 each)
 */
#pragma once

#include "attitude.h"
#include "commands.h"
#include "environment.h"

#define APID_HOUSEKEEPING 0x010u
#define APID_ATTITUDE 0x011u
#define APID_VERIFICATION 0x012u
#define APID_ENVIRONMENT 0x013u

/** All packets from here on bear this cycle. */
void downlink_cycle(uint32_t number);

/** The four kinds of packets. */
void downlink_housekeeping(uint32_t skipped);
void downlink_attitude(const struct attitude *attitude);
void downlink_environment(const struct environment *environment);
void downlink_verify(uint16_t number, enum command_result result);

/** Packets that were sent, and the CRC-32 of all their octets. (A sum of the
 * packets' own kind would tell nothing: each ends in its CRC.) */
uint32_t downlink_count(void);
uint32_t downlink_crc(void);
