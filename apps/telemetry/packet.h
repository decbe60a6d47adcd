/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Space packets: CCSDS 133.0-B-2, with a packet error control of two octets
 * behind the data (ECSS-E-ST-70-41C annex B: CRC-16, polynomial 0x1021, all
 * ones at first). Big endian throughout. Only whole packets: nothing is
 * segmented.
 *
 *   octets 0-1  version 000, type, secondary header flag, APID (11 bits)
 *   octets 2-3  11 (unsegmented), sequence count (14 bits)
 *   octets 4-5  octets behind these, minus one
 *   ...         data, then the CRC over all before it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_HEADER 6u
#define PACKET_OVERHEAD (PACKET_HEADER + 2u)
#define PACKET_DATA_MAX 256u /* here; the standard allows 65,536 */
#define PACKET_MAX (PACKET_OVERHEAD + PACKET_DATA_MAX)
#define PACKET_APID_MAX 0x7ffu
#define PACKET_SEQUENCE_MASK 0x3fffu

struct packet {
  bool command;    /* telecommand; else telemetry */
  bool secondary;  /* the data begin with a secondary header */
  uint16_t apid;   /* whose it is */
  uint16_t number; /* sequence count of that APID, modulo 2^14 */
  const uint8_t *data;
  size_t length; /* of the data, 1..PACKET_DATA_MAX */
};

enum packet_state {
  PACKET_GOOD,
  PACKET_PARTIAL,     /* the end is missing */
  PACKET_BAD_VERSION, /* or segmented */
  PACKET_BAD_LENGTH,
  PACKET_BAD_CRC,
};

/** CRC of `count` octets; `crc` is 0xffff at first. */
uint16_t packet_crc(uint16_t crc, const uint8_t *bytes, size_t count);

/** Write a packet. @return Its octets; 0 if APID or length are out of range. */
size_t packet_encode(const struct packet *packet, uint8_t bytes[PACKET_MAX]);

/** Read the packet at the start of `count` octets. Its data stay where they
 * are; *size is set to its octets when it is good. */
enum packet_state packet_decode(const uint8_t *bytes, size_t count,
                                struct packet *packet, size_t *size);
