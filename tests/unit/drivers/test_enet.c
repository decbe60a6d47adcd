/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Ethernet driver between a device and a client that mean no good. The
 * driver is the one of the board; registers and rings are played.
 */
#include "driver/ethernet.h"
#include "driver/server.h"
#include "harness/check.h"
#include "imx_enet.h"
#include "phy.h"
#include "ring.h"
#include "shim_user/shim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SLOTS 16u
#define RINGS 0x10000u /* addresses in the driver's space, never touched */
#define TRANSMIT_RING (RINGS + 0x800u)
#define BUFFERS (RINGS + 0x1000u)
#define FRAME 60u
#define GOOD (0x08000000u | (FRAME + 4)) /* whole, check sequence included */
#define DAMAGED (GOOD | 0x00040000u)     /* wrong check sequence */
#define LOOKS_MAX 100u

int enet_main(void); /* main of drivers/enet/imx_enet.c */

static struct rt_server own;
static const struct server_operations *driver;
static struct ethernet_slot *slots;
static struct ring_descriptor receive_ring[RING_RECEIVE_COUNT];
static uint32_t transmit_words[RING_TRANSMIT_COUNT];
static uint32_t refill; /* what a buffer that is given back gets; 0: nothing */
static uint32_t looks;
static void (*meanwhile)(void); /* another thread of the client */

/* ---- the board ----------------------------------------------------------- */

const struct rt_server *server_open_device(void) {
  return &own;
}

void server_signal(const struct rt_server *server, word_t client) {
  CHECK(server == &own && client == 0, "the client is told");
}

void phy_start(vaddr_t device) {
  (void)device;
}

struct phy_link phy_link(void) {
  return (struct phy_link){.up = true, .full_duplex = true, .speed_mbit = 100};
}

uint32_t shim_read32(vaddr_t device) {
  (void)device;
  return 0;
}

void shim_write32(vaddr_t device, uint32_t value) {
  (void)device;
  (void)value;
}

void shim_clean(const void *bytes, size_t count) {
  CHECK(bytes != NULL && count == FRAME, "a frame is shown to the device");
  if (meanwhile != NULL) {
    meanwhile();
  }
}

void shim_read_block(void *bytes, vaddr_t device, size_t count) {
  if (device == RINGS) {
    if (++looks > LOOKS_MAX) {
      CHECK(false, "a request comes to an end");
      exit(check_report("enet"));
    }
    memcpy(bytes, receive_ring, count);
  } else if (device >= BUFFERS) {
    memset(bytes, 0x55, count);
  } else {
    memset(bytes, 0, count); /* all that was to be sent has been */
  }
}

static void access_ring(struct shim_access *access) {
  uint32_t at = access->device - RINGS;
  uint32_t *word =
      at < TRANSMIT_RING - RINGS
          ? &receive_ring[at / 8].word
          : &transmit_words[(at - 0x800u) / 8 % RING_TRANSMIT_COUNT];
  if (at % 8 != 0) {
    return; /* where a buffer lies */
  }
  if ((access->what & SHIM_ACCESS_WRITE) == 0) {
    access->value = *word;
  } else {
    *word =
        refill != 0 && ring_is_empty(access->value) ? refill : access->value;
  }
}

void shim_batch(struct shim_access *accesses, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (accesses[i].device >= RINGS) {
      access_ring(&accesses[i]);
    }
  }
}

/* ---- tests --------------------------------------------------------------- */

static struct server_reply ask(word_t label, word_t count) {
  return driver->serve(&(const struct server_request){
      .client = 0, .label = label, .arguments = {count, 0}});
}

static void damaged_frames_without_end_do_not_hold_the_driver(void) {
  for (uint32_t i = 0; i < RING_RECEIVE_COUNT; i++) {
    receive_ring[i].word = DAMAGED;
  }
  refill = DAMAGED;
  looks = 0;
  struct server_reply reply = ask(ETHERNET_RECEIVE, SLOTS);
  CHECK(reply.error == ERR_NONE && reply.values[0] == 0, "nothing is given");
  CHECK(reply.values[1] == 1, "but the client is told to ask again");
  CHECK(looks <= 2, "after two rounds of the ring");
  refill = 0;
  while (ask(ETHERNET_RECEIVE, SLOTS).values[1] != 0) {
  }
}

static void what_is_there_is_given_and_the_rest_is_announced(void) {
  for (uint32_t i = 0; i < RING_RECEIVE_COUNT; i++) {
    receive_ring[i].word = GOOD;
  }
  struct server_reply reply = ask(ETHERNET_RECEIVE, SLOTS);
  CHECK(reply.values[0] == SLOTS && reply.values[1] == 1, "as many as fit");
  CHECK(slots[0].bytes == FRAME && slots[SLOTS - 1].frame[0] == 0x55,
        "with their bytes");
  reply = ask(ETHERNET_RECEIVE, SLOTS);
  CHECK(reply.values[0] == RING_RECEIVE_COUNT - SLOTS, "and the others");
  reply = ask(ETHERNET_RECEIVE, SLOTS);
  CHECK(reply.values[0] == 0 && reply.values[1] == 0, "then there is no more");
}

static void grow(void) {
  for (uint32_t i = 0; i < SLOTS; i++) {
    slots[i].bytes = 1u << 30;
  }
}

static void prepare_slots(void) {
  for (uint32_t i = 0; i < SLOTS; i++) {
    slots[i].bytes = FRAME;
  }
}

static void a_length_counts_as_it_was_when_it_was_looked_at(void) {
  prepare_slots();
  meanwhile = grow;
  CHECK(ask(ETHERNET_SEND, 4).values[0] == 4, "four are sent");
  meanwhile = NULL;
  for (uint32_t i = 0; i < 4; i++) {
    CHECK(transmit_words[i] == ring_ready_word(i, FRAME),
          "as long as they were");
  }
}

static void what_is_no_frame_is_refused(void) {
  static const uint32_t bad[] = {0, ETHERNET_HEADER_SIZE - 1,
                                 ETHERNET_FRAME_MAX + 1, 1u << 31};
  for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    prepare_slots();
    slots[3].bytes = bad[i];
    CHECK(ask(ETHERNET_SEND, 4).error == ERR_RANGE, "a wrong length");
    CHECK(ask(ETHERNET_SEND, 3).error == ERR_NONE, "those in front are right");
  }
  CHECK(ask(ETHERNET_SEND, SLOTS + 1).error == ERR_RANGE, "more than slots");
  CHECK(ask(99, 0).error == ERR_ILLEGAL_OPERATION, "an unknown request");
}

_Noreturn void server_run(const struct rt_server *server,
                          const struct server_operations *operations) {
  (void)server;
  driver = operations;
  ask(ETHERNET_STATUS, 0);
  damaged_frames_without_end_do_not_hold_the_driver();
  what_is_there_is_given_and_the_rest_is_announced();
  a_length_counts_as_it_was_when_it_was_looked_at();
  what_is_no_frame_is_refused();
  exit(check_report("enet"));
}

/* Addresses of the board have 32 bits. */
static vaddr_t low_memory(size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  CHECK(at != MAP_FAILED, "memory below 4 GiB");
  return (vaddr_t)(uintptr_t)at;
}

int main(void) {
  own.client_count = 1;
  own.clients[0].shared_size = SLOTS * (word_t)sizeof(struct ethernet_slot);
  own.clients[0].shared = low_memory(own.clients[0].shared_size);
  slots = (struct ethernet_slot *)(uintptr_t)own.clients[0].shared;
  own.rings.at = RINGS;
  own.buffers.size = RING_TRANSMIT_COUNT * RING_BUFFER_SIZE;
  own.buffers.at = low_memory(own.buffers.size);
  return enet_main();
}
