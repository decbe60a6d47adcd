/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random octets, and good packets that were damaged, to the reader of commands
 * on the host, under sanitizers: `fuzz_packet [INPUTS [SEED]]`. Whatever comes:
 * what is taken for a packet is one (encoding it again gives the same octets),
 * and every octet was either part of one or skipped.
 */
#include "uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_INPUTS 200000u
#define INPUT_MAX 600u

static uint64_t state;
static uint8_t *input; /* of exactly its length, so that a step beyond shows */
static size_t input_length;
static unsigned long packets;
static unsigned long accepted;

static uint32_t below(uint32_t bound) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32) % bound;
}

static void told(uint16_t number, enum command_result result) {
  (void)number;
  accepted += result == COMMAND_DONE ? 1 : 0;
}

static size_t add_packet(uint8_t *at) {
  uint8_t data[PACKET_DATA_MAX];
  size_t length = below(4) == 0 ? 1 + below(PACKET_DATA_MAX) : 5 + below(18);
  for (size_t i = 0; i < length; i++) {
    data[i] = (uint8_t)(below(3) == 0 ? below(256) : 0);
  }
  if (length > 4) {
    data[4] = (uint8_t)below(5);
  }
  return packet_encode(&(struct packet){.command = below(4) > 0,
                                        .secondary = below(2) == 0,
                                        .apid = (uint16_t)(0x100 + below(2)),
                                        .number = (uint16_t)below(0x4000),
                                        .data = data,
                                        .length = length},
                       at);
}

static void make_input(void) {
  static uint8_t octets[INPUT_MAX + PACKET_MAX];
  size_t length = 0;
  while (length < INPUT_MAX && below(4) > 0) {
    if (below(3) == 0) {
      octets[length++] = (uint8_t)below(256);
    } else {
      length += add_packet(octets + length);
    }
  }
  for (uint32_t i = below(4); i > 0 && length > 0; i--) {
    octets[below((uint32_t)length)] ^= (uint8_t)(1u << below(8));
  }
  input_length = length > 0 ? length - below(2) : 0;
  input = malloc(input_length + 1);
  if (input == NULL) {
    abort();
  }
  memcpy(input + 1, octets, input_length); /* unaligned, too */
}

/* @return Octets of the packet at `at`, 0 if there is none. */
static size_t check_at(size_t at) {
  uint8_t again[PACKET_MAX];
  struct packet packet;
  size_t size = 0;
  const uint8_t *bytes = input + 1 + at;
  if (packet_decode(bytes, input_length - at, &packet, &size) != PACKET_GOOD) {
    return 0;
  }
  packets++;
  if (packet_encode(&packet, again) != size ||
      memcmp(again, bytes, size) != 0) {
    puts("does not hold: a good packet is what encoding it gives");
    exit(1);
  }
  return size;
}

static void check_input(void) {
  struct uplink uplink = {0};
  uint32_t skipped = 0;
  for (size_t at = 0; at < input_length;) {
    size_t size = check_at(at);
    skipped += size == 0 ? 1 : 0;
    at += size == 0 ? 1 : size;
  }
  uplink_read(&uplink, input + 1, input_length, told);
  if (uplink.skipped != skipped || uplink.count > UPLINK_MAX) {
    puts("does not hold: octets are part of a packet or skipped");
    exit(1);
  }
}

int main(int argc, char **argv) {
  unsigned long inputs = argc > 1 ? strtoul(argv[1], NULL, 0) : DEFAULT_INPUTS;
  unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
  state = seed * 0x9e3779b97f4a7c15u + 1;
  for (unsigned long i = 0; i < inputs; i++) {
    make_input();
    check_input();
    free(input);
  }
  printf("%lu inputs from seed %lu: %lu good packets, %lu commands accepted\n",
         inputs, seed, packets, accepted);
  return packets == 0 || accepted == 0;
}
