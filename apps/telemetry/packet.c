/* SPDX-License-Identifier: BSD-2-Clause */
/* Space packets, octet by octet. */
#include "packet.h"

#include <string.h>

#define CRC_INITIAL 0xffffu
#define CRC_POLYNOMIAL 0x1021u
#define CRC_SIZE 2u
#define VERSION_MASK 0xe000u
#define TYPE_COMMAND 0x1000u
#define SECONDARY 0x0800u
#define UNSEGMENTED 0xc000u

uint16_t packet_crc(uint16_t crc, const uint8_t *bytes, size_t count) {
  uint32_t sum = crc;
  for (size_t i = 0; i < count; i++) {
    sum ^= (uint32_t)bytes[i] << 8;
    for (int bit = 0; bit < 8; bit++) {
      sum = sum << 1 ^ ((sum & 0x8000u) != 0 ? CRC_POLYNOMIAL : 0);
    }
  }
  return (uint16_t)sum;
}

static void put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static uint32_t get16(const uint8_t *at) {
  return (uint32_t)at[0] << 8 | at[1];
}

size_t packet_encode(const struct packet *packet, uint8_t bytes[PACKET_MAX]) {
  size_t end = PACKET_HEADER + packet->length;
  if (packet->apid > PACKET_APID_MAX || packet->length == 0 ||
      packet->length > PACKET_DATA_MAX) {
    return 0;
  }
  put16(bytes, (packet->command ? TYPE_COMMAND : 0) |
                   (packet->secondary ? SECONDARY : 0) | packet->apid);
  put16(bytes + 2,
        UNSEGMENTED | (packet->number & (uint32_t)PACKET_SEQUENCE_MASK));
  put16(bytes + 4, (uint32_t)packet->length + CRC_SIZE - 1);
  memcpy(bytes + PACKET_HEADER, packet->data, packet->length);
  put16(bytes + end, packet_crc(CRC_INITIAL, bytes, end));
  return end + CRC_SIZE;
}

enum packet_state packet_decode(const uint8_t *bytes, size_t count,
                                struct packet *packet, size_t *size) {
  if (count < PACKET_HEADER) {
    return PACKET_PARTIAL;
  }
  uint32_t identity = get16(bytes);
  uint32_t sequence = get16(bytes + 2);
  size_t behind = get16(bytes + 4) + 1;
  if ((identity & VERSION_MASK) != 0 ||
      (sequence & UNSEGMENTED) != UNSEGMENTED) {
    return PACKET_BAD_VERSION;
  }
  if (behind <= CRC_SIZE || behind > PACKET_DATA_MAX + CRC_SIZE) {
    return PACKET_BAD_LENGTH;
  }
  if (count - PACKET_HEADER < behind) {
    return PACKET_PARTIAL;
  }
  size_t end = PACKET_HEADER + behind - CRC_SIZE;
  if (packet_crc(CRC_INITIAL, bytes, end) != get16(bytes + end)) {
    return PACKET_BAD_CRC;
  }
  *packet =
      (struct packet){.command = (identity & TYPE_COMMAND) != 0,
                      .secondary = (identity & SECONDARY) != 0,
                      .apid = (uint16_t)(identity & PACKET_APID_MAX),
                      .number = (uint16_t)(sequence & PACKET_SEQUENCE_MASK),
                      .data = bytes + PACKET_HEADER,
                      .length = behind - CRC_SIZE};
  *size = PACKET_HEADER + behind;
  return PACKET_GOOD;
}
