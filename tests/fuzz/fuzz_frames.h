/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random Ethernet frames, most of them nearly right: ARP, ICMP, UDP, DHCP, TCP
 * to and on connections that the board has, fragments; then some bytes are
 * changed, and the sums made right again, or not. Pure, from a seed.
 */
#pragma once

#include "abi/types.h"

#include <stddef.h>

#define FRAMES_BYTES_MAX 1514u
#define FRAMES_PORT 7u /* where the board serves TCP and UDP */
#define FRAMES_SEEN 16u

/* A TCP segment that the board sent, in host byte order. */
struct frames_segment {
  uint16_t board_port;
  uint16_t peer_port;
  uint32_t sequence; /* behind its bytes */
  uint32_t acknowledged;
};

struct frames {
  uint64_t state;
  uint8_t board_mac[6];
  uint32_t board_address; /* first byte lowest */
  uint32_t dhcp_number;   /* of the board's last DHCP message */
  struct frames_segment seen[FRAMES_SEEN];
  uint32_t seen_count;
};

void frames_start(struct frames *frames, uint64_t seed);

/* A random number below `limit`, which is not 0. */
uint32_t frames_below(struct frames *frames, uint32_t limit);

/* Learn from a frame that the board sent. */
void frames_learn(struct frames *frames, const uint8_t *frame, size_t bytes);

/* Make the next frame. @return Its bytes: ETHERNET_HEADER_SIZE at least. */
size_t frames_next(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX]);

/* Right frames: an ARP request, which tells who we are; an echo request of 8
 * bytes; an answer to DHCP: an offer (2) or a confirmation (5) of 10.0.0.2.
 * @return Its bytes. */
size_t frames_arp(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX]);
size_t frames_ping(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX]);
size_t frames_dhcp(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX],
                   uint8_t kind);
