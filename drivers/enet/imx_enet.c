/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the i.MX6 Ethernet controller, an unprivileged process.
 *
 * Frames wait in the device's own ring until the client asks for them; then
 * they are read straight into its shared memory. The interrupt is on only while
 * the client has been told that there is none: it never comes faster than the
 * client works. What is sent is copied to a buffer of the ring, shown to the
 * device, and forgotten; a full ring takes no more.
 *
 * Rings and receive buffers are memory that is not cached, transmit buffers are
 * cached (design: shim/README.md). Descriptors come from outside: nothing in
 * them is believed (ring.h).
 * Must never: poll for a frame; give the device a buffer that it still has.
 * Source: IMX6DQRM chapter 23.
 */
#include "imx_enet.h"

#include "driver/ethernet.h"
#include "driver/server.h"
#include "phy.h"
#include "ring.h"
#include "shim_user/shim.h"

#include <string.h>

#define CLIENT 0u
#define RECEIVE_RING 0u /* offsets in rt_server.rings */
#define TRANSMIT_RING 0x800u
#define RECEIVE_BUFFERS 0x1000u
#define RECEIVE_BYTES 1536u /* of a buffer that the device may fill */
#define VLAN_FRAME_MAX 1522u
#define ROUNDS_MAX 2u /* looks at the ring for one request */

static const struct rt_server *server;
static uint32_t own_address[2]; /* PALR, PAUR, as the boot firmware left them */
static struct phy_link link;
static uint32_t next_receive;  /* descriptor that is filled next */
static uint32_t transmit_head; /* frames ever given to the device */
static uint32_t transmit_tail; /* those that it has sent */

static struct shim_access set(word_t offset, uint32_t value) {
  return shim_store32(server->device + offset, value);
}

static vaddr_t receive_word(uint32_t index) {
  return server->rings.at + RECEIVE_RING +
         index * (vaddr_t)sizeof(struct ring_descriptor);
}

static vaddr_t transmit_word(uint32_t index) {
  return server->rings.at + TRANSMIT_RING +
         index * (vaddr_t)sizeof(struct ring_descriptor);
}

/* ---- start --------------------------------------------------------------- */

static void fill_descriptor(vaddr_t descriptor, uint32_t word, paddr_t buffer) {
  struct shim_access accesses[] = {
      shim_store32(descriptor + 4, buffer),
      shim_store32(descriptor, word),
  };
  shim_batch(accesses, 2);
}

static void fill_rings(void) {
  for (uint32_t i = 0; i < RING_RECEIVE_COUNT; i++) {
    fill_descriptor(receive_word(i), ring_empty_word(i),
                    server->rings.paddr + RECEIVE_BUFFERS +
                        i * RING_BUFFER_SIZE);
  }
  for (uint32_t i = 0; i < RING_TRANSMIT_COUNT; i++) {
    fill_descriptor(transmit_word(i), 0,
                    server->buffers.paddr + i * RING_BUFFER_SIZE);
  }
  next_receive = 0;
  transmit_head = 0;
  transmit_tail = 0;
}

/* The order is that of 23.6 (initialisation): all before ETHEREN. */
static void enet_enable(void) {
  uint32_t rate = link.speed_mbit == 1000 ? ENET_ECR_SPEED : 0;
  uint32_t slow = link.speed_mbit == 10 ? ENET_RCR_10T : 0;
  struct shim_access accesses[] = {
      set(ENET_ECR, ENET_ECR_DBSWP),
      set(ENET_EIMR, 0),
      set(ENET_EIR, ~0u),
      set(ENET_PALR, own_address[0]),
      set(ENET_PAUR, own_address[1]),
      set(ENET_IAUR, 0),
      set(ENET_IALR, 0),
      set(ENET_GAUR, 0),
      set(ENET_GALR, 0),
      set(ENET_RCR, VLAN_FRAME_MAX << ENET_RCR_MAX_FL_SHIFT | ENET_RCR_FCE |
                        ENET_RCR_MII_MODE | ENET_RCR_RGMII_EN | slow),
      set(ENET_TCR, link.full_duplex ? ENET_TCR_FDEN : 0),
      set(ENET_TFWR, ENET_TFWR_STRFWD),
      set(ENET_RDSR, server->rings.paddr + RECEIVE_RING),
      set(ENET_TDSR, server->rings.paddr + TRANSMIT_RING),
      set(ENET_MRBR, RECEIVE_BYTES),
      set(ENET_ECR, ENET_ECR_DBSWP | ENET_ECR_ETHEREN | rate),
      set(ENET_RDAR, ENET_ACTIVE),
  };
  shim_batch(accesses, sizeof accesses / sizeof accesses[0]);
}

static void enet_start(void) {
  own_address[0] = shim_read32(server->device + ENET_PALR);
  own_address[1] = shim_read32(server->device + ENET_PAUR);
  struct shim_access accesses[] = {
      set(ENET_ECR, 0),
      set(ENET_EIMR, 0),
      set(ENET_MSCR, ENET_MSCR_2_4_MHZ),
  };
  shim_batch(accesses, sizeof accesses / sizeof accesses[0]);
  phy_start(server->device);
}

/* A link that comes up begins with empty rings, at the speed agreed on. */
static void follow_link(void) {
  struct phy_link now = phy_link();
  bool changed = now.up != link.up || now.speed_mbit != link.speed_mbit ||
                 now.full_duplex != link.full_duplex;
  link = now;
  if (changed && now.up) {
    shim_write32(server->device + ENET_ECR, ENET_ECR_DBSWP);
    fill_rings();
    enet_enable();
  }
}

/* ---- receiving ----------------------------------------------------------- */

/* What the device is told when frames have been taken, in one batch. */
static struct shim_access answer[RING_RECEIVE_COUNT + 4];
static word_t answer_count;

/* Move frames to `slots`, at most `wanted`; their buffers are to be given
 * back. */
static word_t take_frames(struct ethernet_slot *slots, word_t wanted) {
  static struct ring_descriptor ring[RING_RECEIVE_COUNT];
  word_t given = 0;
  shim_read_block(ring, receive_word(0), sizeof ring);
  while (given < wanted && answer_count < RING_RECEIVE_COUNT &&
         !ring_is_empty(ring[next_receive].word)) {
    uint32_t bytes = ring_frame_bytes(ring[next_receive].word);
    if (bytes > 0) {
      shim_read_block(slots[given].frame,
                      server->rings.at + RECEIVE_BUFFERS +
                          next_receive * RING_BUFFER_SIZE,
                      bytes);
      slots[given++].bytes = bytes;
    }
    answer[answer_count++] =
        shim_store32(receive_word(next_receive), ring_empty_word(next_receive));
    next_receive = (next_receive + 1) % RING_RECEIVE_COUNT;
  }
  return given;
}

/* Give buffers back; have the next frame announced, if it is `wanted`.
 * @return Whether there is one already. */
static bool answer_device(bool wanted) {
  if (answer_count > 0) {
    answer[answer_count++] = set(ENET_RDAR, ENET_ACTIVE);
  }
  if (wanted) {
    answer[answer_count++] = set(ENET_EIR, ENET_EVENT_RXF);
    answer[answer_count++] = set(ENET_EIMR, ENET_EVENT_RXF);
    answer[answer_count++] = shim_load32(receive_word(next_receive));
  }
  shim_batch(answer, answer_count);
  bool more = wanted && !ring_is_empty(answer[answer_count - 1].value);
  answer_count = 0;
  return more;
}

/* Damaged frames give nothing, so their number is what bounds a request. */
static struct server_reply serve_receive(struct ethernet_slot *slots,
                                         word_t wanted) {
  word_t given = 0;
  bool more = link.up && wanted > 0;
  for (uint32_t round = 0; more && given < wanted && round < ROUNDS_MAX;
       round++) {
    given += take_frames(&slots[given], wanted - given);
    more = answer_device(given < wanted) || given == wanted;
  }
  return (struct server_reply){ERR_NONE, {given, more}};
}

/* The device goes on asking until the client has looked. */
static void enet_interrupt(void) {
  shim_write32(server->device + ENET_EIMR, 0);
  server_signal(server, CLIENT);
}

/* ---- sending ------------------------------------------------------------- */

/* Buffers that the device has sent are free again. */
static void reclaim(void) {
  struct ring_descriptor ring[RING_TRANSMIT_COUNT];
  shim_read_block(ring, transmit_word(0), sizeof ring);
  while (transmit_tail != transmit_head &&
         !ring_is_ready(ring[transmit_tail % RING_TRANSMIT_COUNT].word)) {
    transmit_tail++;
  }
}

static word_t transmit_room(word_t wanted) {
  if (RING_TRANSMIT_COUNT - (transmit_head - transmit_tail) < wanted) {
    reclaim();
  }
  word_t room = RING_TRANSMIT_COUNT - (transmit_head - transmit_tail);
  return room < wanted ? room : wanted;
}

static void send_frames(const struct ethernet_slot *slots,
                        const uint32_t *bytes, word_t count) {
  struct shim_access ready[RING_TRANSMIT_COUNT + 1];
  for (word_t i = 0; i < count; i++) {
    uint32_t index = transmit_head++ % RING_TRANSMIT_COUNT;
    uint8_t *buffer =
        (uint8_t *)(uintptr_t)(server->buffers.at + index * RING_BUFFER_SIZE);
    memcpy(buffer, slots[i].frame, bytes[i]);
    shim_clean(buffer, bytes[i]);
    ready[i] =
        shim_store32(transmit_word(index), ring_ready_word(index, bytes[i]));
  }
  ready[count] = set(ENET_TDAR, ENET_ACTIVE);
  shim_batch(ready, count + 1);
}

/* While the link is down frames are lost, as on any line. */
static struct server_reply serve_send(const struct ethernet_slot *slots,
                                      word_t wanted) {
  uint32_t bytes[RING_TRANSMIT_COUNT];
  word_t most = wanted < RING_TRANSMIT_COUNT ? wanted : RING_TRANSMIT_COUNT;
  if (!ring_take_lengths(slots, most, bytes)) {
    return server_fail(ERR_RANGE);
  }
  if (!link.up) {
    return (struct server_reply){ERR_NONE, {wanted, 0}};
  }
  word_t count = transmit_room(most);
  if (count > 0) {
    send_frames(slots, bytes, count);
  }
  return (struct server_reply){ERR_NONE, {count, 0}};
}

/* ---- serving ------------------------------------------------------------- */

static struct server_reply serve_status(void) {
  follow_link();
  return (struct server_reply){ERR_NONE,
                               {__builtin_bswap32(own_address[0]),
                                (__builtin_bswap32(own_address[1]) & 0xffffu) |
                                    (link.up ? ETHERNET_LINK_UP : 0)}};
}

static struct server_reply serve(const struct server_request *request) {
  const struct rt_client *client = &server->clients[request->client];
  struct ethernet_slot *slots = (void *)(uintptr_t)client->shared;
  word_t count = request->arguments[0];
  if (request->label == ETHERNET_STATUS) {
    return serve_status();
  }
  if (count > client->shared_size / ETHERNET_SLOT_SIZE) {
    return server_fail(ERR_RANGE);
  }
  switch (request->label) {
  case ETHERNET_SEND:
    return serve_send(slots, count);
  case ETHERNET_RECEIVE:
    return serve_receive(slots, count);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

int main(void) {
  server = server_open_device();
  enet_start();
  server_run(server, &(const struct server_operations){
                         .serve = serve, .interrupt = enet_interrupt});
}
