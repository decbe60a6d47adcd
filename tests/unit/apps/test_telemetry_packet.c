/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/telemetry/packet.c and fields.c: what the standard says, and back. */
#include "fields.h"
#include "packet.h"

#include "harness/check.h"

#include <string.h>

/* A telecommand of APID 0x100, sequence count 5, data 01 02 03. */
static const uint8_t sample[] = {0x11, 0x00, 0xc0, 0x05, 0x00, 0x04,
                                 0x01, 0x02, 0x03, 0x3e, 0x7b};

static void has_the_standards_layout(void) {
  const uint8_t data[] = {1, 2, 3};
  uint8_t bytes[PACKET_MAX];
  struct packet packet = {
      .command = true, .apid = 0x100, .number = 5, .data = data, .length = 3};
  CHECK(packet_crc(0xffff, (const uint8_t *)"123456789", 9) == 0x29b1,
        "the CRC's check value is that of CRC-16/IBM-3740");
  CHECK(packet_encode(&packet, bytes) == sizeof sample, "11 octets");
  CHECK(memcmp(bytes, sample, sizeof sample) == 0, "each as it must be");
}

static void goes_there_and_back(void) {
  uint8_t data[PACKET_DATA_MAX];
  uint8_t bytes[PACKET_MAX];
  bool same = true;
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = (uint8_t)(i * 7);
  }
  for (size_t length = 1; length <= PACKET_DATA_MAX; length++) {
    struct packet sent = {.secondary = length % 2 == 0,
                          .apid = (uint16_t)(length * 5),
                          .number = (uint16_t)(PACKET_SEQUENCE_MASK - length),
                          .data = data,
                          .length = length};
    struct packet got;
    size_t size = 0;
    size_t count = packet_encode(&sent, bytes);
    same = same && count == length + PACKET_OVERHEAD &&
           packet_decode(bytes, count, &got, &size) == PACKET_GOOD &&
           size == count && got.secondary == sent.secondary && !got.command &&
           got.apid == sent.apid && got.number == sent.number &&
           got.length == length && memcmp(got.data, data, length) == 0;
    for (size_t part = 0; part < count; part++) {
      same = same && packet_decode(bytes, part, &got, &size) == PACKET_PARTIAL;
    }
  }
  CHECK(same, "packets of every length, and every part of them is partial");
}

static void notices_every_flip(void) {
  uint8_t bytes[sizeof sample];
  struct packet packet;
  size_t size;
  bool noticed = true;
  for (size_t bit = 0; bit < 8 * sizeof sample; bit++) {
    memcpy(bytes, sample, sizeof sample);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    noticed = noticed &&
              packet_decode(bytes, sizeof bytes, &packet, &size) != PACKET_GOOD;
  }
  CHECK(noticed, "no packet with one wrong bit is good");
}

static void refuses(void) {
  uint8_t bytes[PACKET_MAX];
  struct packet packet = {.apid = 0x800, .data = sample, .length = 1};
  size_t size;
  CHECK(packet_encode(&packet, bytes) == 0, "an APID of 12 bits");
  packet = (struct packet){.data = sample, .length = 0};
  CHECK(packet_encode(&packet, bytes) == 0, "no data");
  packet.length = PACKET_DATA_MAX + 1;
  CHECK(packet_encode(&packet, bytes) == 0, "too many data");
  CHECK(packet_decode((const uint8_t[6]){0x20}, 6, &packet, &size) ==
            PACKET_BAD_VERSION,
        "another version");
  CHECK(packet_decode((const uint8_t[6]){0, 0, 0x40}, 6, &packet, &size) ==
            PACKET_BAD_VERSION,
        "a segment");
  CHECK(packet_decode((const uint8_t[6]){0, 0, 0xc0, 0, 0xff, 0xff}, 6, &packet,
                      &size) == PACKET_BAD_LENGTH,
        "a length that is not taken here");
  CHECK(packet_decode((const uint8_t[6]){0, 0, 0xc0, 0, 0, 1}, 6, &packet,
                      &size) == PACKET_BAD_LENGTH,
        "a CRC without data");
}

static void fields_stay_within(void) {
  uint8_t room[7];
  struct fields out = {.room = room, .size = sizeof room};
  fields_put(&out, 0x12345678, 2);
  fields_put_float(&out, -1.5f);
  CHECK(out.at == 6 && !out.bad &&
            memcmp(room, (const uint8_t[6]){0x56, 0x78, 0xbf, 0xc0, 0, 0}, 6) ==
                0,
        "numbers are big endian, floats are binary32");
  fields_put(&out, 1, 2);
  CHECK(out.bad && out.at == 6, "what does not fit is not written");
  struct fields in = {.bytes = room, .size = 6};
  CHECK(fields_get(&in, 2) == 0x5678 && fields_get_float(&in) == -1.5f,
        "and read back");
  CHECK(fields_get(&in, 1) == 0 && in.bad, "nothing is behind the end");
}

int main(void) {
  has_the_standards_layout();
  goes_there_and_back();
  notices_every_flip();
  refuses();
  fields_stay_within();
  return check_report("telemetry packet");
}
