/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's interface on top of the Ethernet driver. Frames to be sent gather in
 * the shared memory and go out together; before frames are taken there, it is
 * emptied, and what comes is copied out before any of it is looked at: handling
 * one frame may send others.
 */
#include "interface.h"

#include "driver/client.h"
#include "driver/ethernet.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "rt/print.h"

#include <string.h>

#define SLOTS_MAX 16u
#define ROUNDS_MAX 64u /* of as many frames, before others have their turn */

static struct netif interface;
static struct ethernet_slot *slots;
static word_t slot_count;
static word_t gathered; /* frames in the slots, to be sent */
static bool behind;     /* the driver had more, and will not announce it */

/* @return MR0 of the reply; MR1 in *second. */
static word_t call(enum ethernet_label label, word_t argument, word_t *second) {
  word_t words[2] = {argument, 0};
  if (client_call(RT_SERVICE_ETHERNET, label, words) != ERR_NONE) {
    rt_panic("the Ethernet driver refused a request");
  }
  *second = words[1];
  return words[0];
}

/* A ring that is full takes the first frames; the others are lost, as on any
 * line. */
void interface_flush(void) {
  word_t unused = 0;
  if (gathered > 0) {
    call(ETHERNET_SEND, gathered, &unused);
    gathered = 0;
  }
}

static err_t send(struct netif *netif, struct pbuf *frame) {
  (void)netif;
  u16_t bytes = (u16_t)(frame->tot_len - ETH_PAD_SIZE);
  if (bytes > ETHERNET_FRAME_MAX) {
    return ERR_BUF;
  }
  if (gathered == slot_count) {
    interface_flush();
  }
  slots[gathered].bytes =
      pbuf_copy_partial(frame, slots[gathered].frame, bytes, ETH_PAD_SIZE);
  gathered++;
  return ERR_OK;
}

/* @return NULL, and the frame is dropped, if there is no memory left. */
static struct pbuf *copy_frame(const struct ethernet_slot *slot) {
  u16_t bytes = (u16_t)slot->bytes;
  struct pbuf *frame =
      pbuf_alloc(PBUF_RAW, (u16_t)(bytes + ETH_PAD_SIZE), PBUF_POOL);
  if (frame != NULL) {
    pbuf_take_at(frame, slot->frame, bytes, ETH_PAD_SIZE);
  }
  return frame;
}

/* @return Whether there may be more. */
static bool receive_some(void) {
  struct pbuf *frames[SLOTS_MAX];
  word_t more = 0;
  interface_flush();
  word_t count = call(ETHERNET_RECEIVE, slot_count, &more);
  for (word_t i = 0; i < count; i++) {
    frames[i] = copy_frame(&slots[i]);
  }
  for (word_t i = 0; i < count; i++) {
    if (frames[i] != NULL && interface.input(frames[i], &interface) != ERR_OK) {
      pbuf_free(frames[i]);
    }
  }
  return more != 0;
}

void interface_receive(void) {
  behind = true;
  for (uint32_t round = 0; behind && round < ROUNDS_MAX; round++) {
    behind = receive_some();
  }
}

void interface_catch_up(void) {
  if (behind) {
    interface_receive();
  }
}

/* Fills the own address. */
static bool line_is_up(void) {
  word_t high = 0;
  word_t low = call(ETHERNET_STATUS, 0, &high);
  memcpy(&interface.hwaddr[0], &low, 4);
  memcpy(&interface.hwaddr[4], &high, 2);
  return (high & ETHERNET_LINK_UP) != 0;
}

/* Only after the driver has seen the line does it receive, and only after an
 * answer of "nothing" does it announce a frame. */
void interface_poll(void) {
  bool up = line_is_up();
  if (up && !netif_is_link_up(&interface)) {
    netif_set_link_up(&interface);
    interface_receive();
  } else if (!up && netif_is_link_up(&interface)) {
    netif_set_link_down(&interface);
  }
}

static err_t prepare(struct netif *netif) {
  netif->name[0] = 'e';
  netif->name[1] = 'n';
  netif->hwaddr_len = ETH_HWADDR_LEN;
  netif->mtu = ETHERNET_FRAME_MAX - ETHERNET_HEADER_SIZE;
  netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
  netif->output = etharp_output;
  netif->linkoutput = send;
  return ERR_OK;
}

void interface_start(void) {
  const struct rt_connection *driver = rt_connect(RT_SERVICE_ETHERNET);
  slots = (struct ethernet_slot *)(uintptr_t)driver->shared;
  slot_count = driver->shared_size / sizeof *slots;
  if (slot_count > SLOTS_MAX) {
    slot_count = SLOTS_MAX;
  }
  netif_add_noaddr(&interface, NULL, prepare, netif_input);
  line_is_up();
  netif_set_default(&interface);
  netif_set_up(&interface);
  dhcp_start(&interface);
  interface_poll();
}

bool interface_is_up(void) {
  return netif_is_link_up(&interface);
}

unsigned long interface_address(void) {
  return netif_ip4_addr(&interface)->addr;
}
