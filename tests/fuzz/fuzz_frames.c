/* SPDX-License-Identifier: BSD-2-Clause */
/* Random Ethernet frames. RFC 791, 792, 793, 768, 826, 2131. */
#include "fuzz_frames.h"

#include <string.h>

#define ETHERNET 14u
#define IP_HEADER 20u
#define TYPE_IP 0x0800u
#define TYPE_ARP 0x0806u
#define ICMP 1u
#define TCP 6u
#define UDP 17u
#define PEER 0x0100000au  /* 10.0.0.1 */
#define BOARD 0x0200000au /* 10.0.0.2 */
#define DHCP_BYTES 272u
#define TCP_HEADER 20u
#define TCP_SYN 0x02u
#define TCP_ACK 0x10u

static const uint8_t peer_mac[6] = {2, 0, 0, 0, 0, 1};

void frames_start(struct frames *frames, uint64_t seed) {
  *frames = (struct frames){.state = seed * 2 + 1, .board_address = BOARD};
  memset(frames->board_mac, 0xff, sizeof frames->board_mac);
}

/* xorshift64*, Vigna 2016 */
uint32_t frames_below(struct frames *frames, uint32_t limit) {
  uint64_t x = frames->state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  frames->state = x;
  return (uint32_t)((x * 0x2545f4914f6cdd1dull) >> 32) % limit;
}

static bool chance(struct frames *frames, uint32_t one_in) {
  return frames_below(frames, one_in) == 0;
}

/* ---- bytes in network order ---------------------------------------------- */

static void put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xffffu);
}

static uint32_t get16(const uint8_t *at) {
  return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at) {
  return get16(at) << 16 | get16(at + 2);
}

static uint32_t add(uint32_t sum, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sum += (i & 1) != 0 ? bytes[i] : (uint32_t)bytes[i] << 8;
  }
  return sum;
}

static uint32_t fold(uint32_t sum) {
  while (sum >> 16 != 0) {
    sum = (sum & 0xffffu) + (sum >> 16);
  }
  return ~sum & 0xffffu;
}

static void fill(struct frames *frames, uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    bytes[i] = (uint8_t)frames_below(frames, 256);
  }
}

/* ---- layers -------------------------------------------------------------- */

static void put_ethernet(const struct frames *frames, uint8_t *frame,
                         uint32_t type) {
  memcpy(frame, frames->board_mac, 6);
  memcpy(frame + 6, peer_mac, 6);
  put16(frame + 12, type);
}

static void put_sum_ip(uint8_t *ip) {
  put16(ip + 10, 0);
  put16(ip + 10, fold(add(0, ip, IP_HEADER)));
}

/* With the pseudo-header; `at` is the sum's place. */
static void put_sum(uint8_t *ip, size_t bytes, size_t at) {
  uint32_t pseudo = add(0, ip + 12, 8) + ip[9] + (uint32_t)bytes;
  uint8_t *payload = ip + IP_HEADER;
  put16(payload + at, 0);
  put16(payload + at, fold(add(ip[9] == ICMP ? 0 : pseudo, payload, bytes)));
}

/* The sums of a packet whose header says what it holds. */
static void put_sums(uint8_t *ip, size_t payload) {
  static const struct {
    uint8_t protocol;
    uint8_t least;
    uint8_t at;
  } sums[] = {{ICMP, 8, 2}, {TCP, TCP_HEADER, 16}, {UDP, 8, 6}};
  put_sum_ip(ip);
  for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
    if (ip[9] == sums[i].protocol && payload >= sums[i].least) {
      put_sum(ip, payload, sums[i].at);
    }
  }
}

static size_t put_ip(struct frames *frames, uint8_t *frame, uint8_t protocol,
                     size_t payload) {
  uint8_t *ip = frame + ETHERNET;
  put_ethernet(frames, frame, TYPE_IP);
  memset(ip, 0, IP_HEADER);
  ip[0] = 0x45;
  put16(ip + 2, (uint32_t)(IP_HEADER + payload));
  put16(ip + 4, frames_below(frames, 4));
  ip[8] = 64;
  ip[9] = protocol;
  put32(ip + 12, __builtin_bswap32(PEER));
  put32(ip + 16, __builtin_bswap32(frames->board_address));
  put_sums(ip, payload);
  return ETHERNET + IP_HEADER + payload;
}

/* ---- kinds of frames ----------------------------------------------------- */

size_t frames_arp(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX]) {
  uint8_t *arp = frame + ETHERNET;
  put_ethernet(frames, frame, TYPE_ARP);
  put32(arp, 0x00010800u);
  put32(arp + 4, 0x06040001u);
  memcpy(arp + 8, peer_mac, 6);
  put32(arp + 14, __builtin_bswap32(PEER));
  memset(arp + 18, 0, 6);
  put32(arp + 24, __builtin_bswap32(BOARD));
  return ETHERNET + 28;
}

static size_t make_arp(struct frames *frames, uint8_t *frame) {
  size_t bytes = frames_arp(frames, frame);
  frame[ETHERNET + 7] = (uint8_t)(1 + frames_below(frames, 2));
  frame[ETHERNET + 17] = (uint8_t)frames_below(frames, 4);
  return bytes;
}

size_t frames_ping(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX]) {
  uint8_t *icmp = frame + ETHERNET + IP_HEADER;
  memset(icmp, 0, 16);
  icmp[0] = 8;
  return put_ip(frames, frame, ICMP, 16);
}

static size_t make_icmp(struct frames *frames, uint8_t *frame) {
  uint8_t *icmp = frame + ETHERNET + IP_HEADER;
  size_t bytes = 8 + frames_below(frames, chance(frames, 4) ? 1400 : 40);
  fill(frames, icmp, bytes);
  icmp[0] = chance(frames, 4) ? icmp[0] : 8;
  icmp[1] = 0;
  return put_ip(frames, frame, ICMP, bytes);
}

static size_t put_udp(struct frames *frames, uint8_t *frame, uint32_t ports,
                      size_t bytes) {
  uint8_t *udp = frame + ETHERNET + IP_HEADER;
  put32(udp, ports);
  put16(udp + 4, (uint32_t)(8 + bytes));
  return put_ip(frames, frame, UDP, 8 + bytes);
}

static size_t make_udp(struct frames *frames, uint8_t *frame) {
  size_t bytes = frames_below(frames, chance(frames, 4) ? 1460 : 40);
  fill(frames, frame + ETHERNET + IP_HEADER + 8, bytes);
  return put_udp(frames, frame, 4000u << 16 | FRAMES_PORT, bytes);
}

size_t frames_dhcp(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX],
                   uint8_t kind) {
  static const uint8_t options[] = {
      99, 130, 83, 99, 53, 1,   0,   54,  4, 10, 0, 0,  1, 51, 4, 0,
      0,  14,  16, 1,  4,  255, 255, 255, 0, 3,  4, 10, 0, 0,  1, 255};
  uint8_t *dhcp = frame + ETHERNET + IP_HEADER + 8;
  memset(dhcp, 0, DHCP_BYTES);
  put32(dhcp, 0x02010600u);
  put32(dhcp + 4, frames->dhcp_number);
  put32(dhcp + 16, __builtin_bswap32(BOARD));
  memcpy(dhcp + 28, frames->board_mac, 6);
  memcpy(dhcp + 236, options, sizeof options);
  dhcp[242] = kind;
  return put_udp(frames, frame, 67u << 16 | 68u, DHCP_BYTES);
}

/* A segment on a connection that the board has, or a new one. */
static size_t make_tcp(struct frames *frames, uint8_t *frame) {
  uint8_t *tcp = frame + ETHERNET + IP_HEADER;
  size_t bytes = chance(frames, 2) ? frames_below(frames, 1400) : 0;
  uint32_t flags = TCP_ACK;
  struct frames_segment of = {FRAMES_PORT,
                              (uint16_t)(1024 + frames_below(frames, 64)), 0,
                              frames_below(frames, 0xffffffffu)};
  if (frames->seen_count > 0 && !chance(frames, 4)) {
    uint32_t most =
        frames->seen_count < FRAMES_SEEN ? frames->seen_count : FRAMES_SEEN;
    of = frames->seen[frames_below(frames, most)];
  } else {
    flags = TCP_SYN;
    bytes = 0;
  }
  flags |= chance(frames, 8) ? 1u << frames_below(frames, 8) : 0;
  fill(frames, tcp + TCP_HEADER, bytes);
  put32(tcp, (uint32_t)of.peer_port << 16 | of.board_port);
  put32(tcp + 4, of.acknowledged + (chance(frames, 8) ? (uint32_t)bytes : 0));
  put32(tcp + 8, of.sequence - frames_below(frames, 3));
  put32(tcp + 12, 0x50000000u | flags << 16 | frames_below(frames, 0x10000u));
  put32(tcp + 16, 0);
  if (bytes >= 4 && chance(frames, 4)) { /* the first bytes become options */
    tcp[12] = 0x60;
    put32(tcp + TCP_HEADER, 0x02040000u | frames_below(frames, 1500));
  }
  return put_ip(frames, frame, TCP, TCP_HEADER + bytes);
}

/* ---- learning and spoiling ----------------------------------------------- */

static void learn_tcp(struct frames *frames, const uint8_t *ip, size_t bytes) {
  const uint8_t *tcp = ip + IP_HEADER;
  size_t header = (size_t)(tcp[12] >> 4) * 4;
  uint32_t length = (uint32_t)(bytes - IP_HEADER - header);
  length += (tcp[13] & 3) != 0 ? 1 : 0; /* SYN, FIN */
  frames->seen[frames->seen_count++ % FRAMES_SEEN] =
      (struct frames_segment){(uint16_t)get16(tcp), (uint16_t)get16(tcp + 2),
                              get32(tcp + 4) + length, get32(tcp + 8)};
}

void frames_learn(struct frames *frames, const uint8_t *frame, size_t bytes) {
  const uint8_t *ip = frame + ETHERNET;
  memcpy(frames->board_mac, frame + 6, 6);
  if (bytes < ETHERNET + IP_HEADER + 8 || get16(frame + 12) != TYPE_IP) {
    return;
  }
  if (ip[9] == TCP && get16(ip + 2) >= IP_HEADER + TCP_HEADER) {
    learn_tcp(frames, ip, get16(ip + 2));
  } else if (ip[9] == UDP && get16(ip + IP_HEADER + 2) == 67) {
    frames->dhcp_number = get32(ip + IP_HEADER + 8 + 4);
  }
}

/* A packet in pieces, of which this is one. */
static void cut(struct frames *frames, uint8_t *frame) {
  uint32_t piece = frames_below(frames, 2) << 13 | frames_below(frames, 64);
  put16(frame + ETHERNET + 6, piece);
  put_sum_ip(frame + ETHERNET);
}

static size_t spoil(struct frames *frames, uint8_t *frame, size_t bytes) {
  uint32_t changes = 1 + frames_below(frames, 4);
  size_t near = chance(frames, 2) && bytes > 64 ? 64 : bytes;
  for (uint32_t i = 0; i < changes; i++) {
    frame[12 + frames_below(frames, (uint32_t)near - 12)] =
        (uint8_t)frames_below(frames, 256);
  }
  if (bytes > ETHERNET + IP_HEADER && !chance(frames, 4)) {
    put_sums(frame + ETHERNET, bytes - ETHERNET - IP_HEADER);
  }
  return chance(frames, 4)
             ? ETHERNET + frames_below(frames, (uint32_t)(bytes - ETHERNET) + 1)
             : bytes;
}

size_t frames_next(struct frames *frames, uint8_t frame[FRAMES_BYTES_MAX]) {
  size_t bytes = 0;
  switch (frames_below(frames, 16)) {
  case 0:
    bytes = make_arp(frames, frame);
    break;
  case 1:
    bytes = make_icmp(frames, frame);
    break;
  case 2:
    bytes = frames_dhcp(frames, frame, chance(frames, 2) ? 2 : 5);
    break;
  case 3:
  case 4:
  case 5:
    bytes = make_udp(frames, frame);
    break;
  default:
    bytes = make_tcp(frames, frame);
  }
  if (chance(frames, 16) && get16(frame + 12) == TYPE_IP) {
    cut(frames, frame);
  }
  return chance(frames, 2) ? spoil(frames, frame, bytes) : bytes;
}
