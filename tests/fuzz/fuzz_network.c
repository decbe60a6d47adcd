/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random frames, ticks and clients' calls to the network server on the host,
 * under sanitizers: `fuzz_network [INPUTS [SEED]]`. It is the server as it runs
 * on the board, lwIP included, around which the Ethernet driver, the timer and
 * the clients are played. Frames pass the check of their descriptor, too.
 * Every so many inputs all sockets are closed, time passes, and the service is
 * tried: whatever came, a ping is answered and a socket can be had. A long run
 * in which a kind of news never came is a failure: it has tried nothing.
 */
#include "driver/client.h"
#include "driver/ethernet.h"
#include "driver/network.h"
#include "driver/server.h"
#include "driver/timer.h"
#include "fuzz_frames.h"
#include "ring.h"
#include "rt/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define DEFAULT_INPUTS 100000u
#define EPISODE 10000u
#define TICKS_TO_FORGET 3000u /* five minutes */
#define SLOTS 16u
#define SOCKETS 240u
#define DESCRIPTOR_LAST 0x08000000u
#define CHECK_SEQUENCE 4u
#define ASKED_MAX 1000u /* for frames, at one event */

int server_main(void); /* main of drivers/net/server.c */

enum kind { ANYTHING, AN_ARP, A_PING, AN_OFFER, AN_ADDRESS };

static struct frames frames;
static struct rt_start start;
static struct rt_connection driver;
static struct ethernet_slot *slots;
static uint8_t *client_memory;
static uint64_t now_us;
static bool line_is_up = true;
static uint32_t frames_wanted; /* that the driver will give */
static enum kind kind_wanted;
static uint64_t sent_count;
static uint64_t pings_answered;
static word_t floods;  /* 1: there are always more frames */
static uint32_t asked; /* how often for frames, at the present event */
static unsigned long inputs;
static unsigned long news[NETWORK_CLOSED + 1]; /* by kind */

_Noreturn static void fail(const char *what) {
  printf("after %lu inputs: %s\n", inputs, what);
  exit(1);
}

/* ---- what the server is linked to on the board --------------------------- */

_Noreturn void rt_panic(const char *what) {
  fail(what);
}

const struct rt_start *rt_start_page(void) {
  return &start;
}

const struct rt_connection *rt_connect(enum rt_service service) {
  (void)service;
  return &driver;
}

void server_signal(const struct rt_server *server, word_t client) {
  (void)server;
  if (client != 0) {
    fail("a client that does not exist is told something");
  }
}

static void take_sent(word_t count) {
  for (word_t i = 0; i < count; i++) {
    if (slots[i].bytes < ETHERNET_HEADER_SIZE ||
        slots[i].bytes > ETHERNET_FRAME_MAX) {
      fail("a frame of no good length is sent");
    }
    const uint8_t *frame = slots[i].frame;
    sent_count++;
    pings_answered +=
        frame[12] == 8 && frame[13] == 0 && frame[23] == 1 && frame[34] == 0;
    frames_learn(&frames, frame, slots[i].bytes);
  }
}

static size_t make_frame(uint8_t *frame) {
  switch (kind_wanted) {
  case AN_ARP:
    return frames_arp(&frames, frame);
  case A_PING:
    return frames_ping(&frames, frame);
  case AN_OFFER:
    return frames_dhcp(&frames, frame, 2);
  case AN_ADDRESS:
    return frames_dhcp(&frames, frame, 5);
  case ANYTHING:
  default:
    return frames_next(&frames, frame);
  }
}

/* What does not pass the check of its descriptor is not given. */
static word_t give_frames(word_t most) {
  word_t given = 0;
  for (; frames_wanted > 0 && given < most; frames_wanted--) {
    uint32_t bytes = (uint32_t)make_frame(slots[given].frame);
    slots[given].bytes =
        ring_frame_bytes(DESCRIPTOR_LAST | (bytes + CHECK_SEQUENCE));
    given += slots[given].bytes > 0;
  }
  return given;
}

/* Frames that come as fast as they are taken must not hold the server. */
static void check_patience(void) {
  if (++asked > ASKED_MAX) {
    fail("a flood of frames keeps the server from all else");
  }
}

enum err client_call(enum rt_service service, word_t label, word_t words[2]) {
  if (service == RT_SERVICE_TIMER) {
    words[0] = label == TIMER_NOW ? (word_t)now_us : 0;
    words[1] = label == TIMER_NOW ? (word_t)(now_us >> 32) : 0;
  } else if (label == ETHERNET_STATUS) {
    words[0] = 0x00005452;
    words[1] = 0x5634u | (line_is_up ? ETHERNET_LINK_UP : 0);
  } else if (label == ETHERNET_SEND) {
    take_sent(words[0]);
  } else if (label == ETHERNET_RECEIVE) {
    words[1] = floods;
    words[0] = give_frames(words[0]);
    check_patience();
  }
  return ERR_NONE;
}

/* ---- inputs -------------------------------------------------------------- */

static const struct server_operations *server;

static void tick(void) {
  asked = 0;
  now_us += 100000;
  server->event(1u << RT_SERVICE_TIMER);
}

static void receive(uint32_t count) {
  asked = 0;
  frames_wanted = count;
  server->event(1u << RT_SERVICE_ETHERNET);
}

static struct server_reply call_server(word_t label, word_t first,
                                       word_t second) {
  return server->serve(&(const struct server_request){
      .client = 0, .label = label, .arguments = {first, second}});
}

/* A client that does what it may and what it may not. */
static void call_anything(void) {
  word_t label = 1 + frames_below(&frames, 10);
  word_t first = frames_below(&frames, 4) == 0 ? frames_below(&frames, 70000)
                                               : frames_below(&frames, 8);
  word_t second =
      frames_below(&frames, frames_below(&frames, 2) == 0 ? 20000 : 64);
  if (label == NETWORK_SEND_TO) {
    memcpy(client_memory, &(struct network_peer){0x0100000a, 4000},
           sizeof(struct network_peer));
  }
  call_server(label, first, second);
}

/* What a service does: takes events and answers. */
static void serve_once(void) {
  struct server_reply next = call_server(NETWORK_NEXT, 0, 0);
  word_t kind = next.values[0] & ((1u << NETWORK_KIND_BITS) - 1);
  word_t socket = next.values[0] >> NETWORK_KIND_BITS;
  news[kind]++;
  if (kind == NETWORK_DATA) {
    call_server(NETWORK_REPLY, socket, next.values[1]);
  } else if (kind == NETWORK_DATAGRAM) {
    call_server(NETWORK_SEND_TO, socket, next.values[1]);
  } else if (kind == NETWORK_CLOSED) {
    call_server(NETWORK_CLOSE, socket, 0);
  }
}

static void input_once(void) {
  switch (frames_below(&frames, 16)) {
  case 0:
    tick();
    break;
  case 1:
    call_anything();
    break;
  case 2:
  case 3:
  case 4:
    serve_once();
    break;
  default:
    receive(1 + frames_below(&frames, 3));
  }
}

/* ---- episodes ------------------------------------------------------------ */

static void receive_right(enum kind kind) {
  kind_wanted = kind;
  receive(1);
  kind_wanted = ANYTHING;
}

static void pass_a_second(void) {
  for (word_t i = 0; i < 10; i++) {
    tick();
  }
}

/* Have an address. What a bad DHCP server has said is said anew to a line that
 * comes up. */
static void get_address(void) {
  line_is_up = false;
  pass_a_second();
  line_is_up = true;
  pass_a_second();
  for (uint32_t i = 0; i < TICKS_TO_FORGET; i++) {
    tick();
    receive_right(AN_OFFER);
    receive_right(AN_ADDRESS);
    if (call_server(NETWORK_STATUS, 0, 0).values[0] == frames.board_address) {
      return;
    }
  }
  fail("no address is taken any more");
}

static void open_service(void) {
  if (call_server(NETWORK_LISTEN, FRAMES_PORT, 0).error != ERR_NONE ||
      call_server(NETWORK_BIND, FRAMES_PORT, 0).error != ERR_NONE) {
    fail("no socket can be had any more");
  }
}

static void close_all(void) {
  for (word_t i = 0; i < SOCKETS; i++) {
    call_server(NETWORK_CLOSE, i, 0);
  }
  while ((call_server(NETWORK_NEXT, 0, 0).values[0] & 0xffu) != 0) {
  }
  for (uint32_t i = 0; i < TICKS_TO_FORGET; i++) {
    tick();
  }
}

static void try_ping(void) {
  uint64_t before = pings_answered;
  receive_right(AN_ARP);
  receive_right(A_PING);
  if (pings_answered == before) {
    fail("a ping is not answered any more");
  }
}

/* What a flood left behind is taken at the next tick, unannounced. */
static void try_flood(void) {
  floods = 1;
  receive(UINT32_MAX);
  tick();
  if (asked == 0) {
    fail("a flood is not taken up again");
  }
  floods = 0;
  frames_wanted = 0;
  tick();
  tick();
  if (asked != 0) {
    fail("the driver is asked for frames that it would announce");
  }
}

/* A client that was wired without memory, or with little. */
static void try_without_memory(void) {
  word_t number = call_server(NETWORK_BIND, FRAMES_PORT, 0).values[0];
  word_t least = sizeof(struct network_peer);
  for (word_t bytes = 0; bytes < least + 8; bytes++) {
    start.server.clients[0].shared_size = bytes;
    enum err error = call_server(NETWORK_SEND_TO, number, 8).error;
    if (error != ERR_RANGE) {
      fail("a datagram is sent from where the client has no memory");
    }
  }
  start.server.clients[0].shared_size = NETWORK_SHARED_SIZE;
  call_server(NETWORK_CLOSE, number, 0);
}

static unsigned long inputs_wanted;

_Noreturn void server_run(const struct rt_server *own,
                          const struct server_operations *operations) {
  (void)own;
  server = operations;
  while (inputs < inputs_wanted) {
    get_address();
    try_ping();
    try_flood();
    try_without_memory();
    open_service();
    for (word_t i = 0; i < EPISODE && inputs < inputs_wanted; i++, inputs++) {
      input_once();
    }
    close_all();
  }
  printf("%lu inputs, %llu frames sent, %llu pings answered, %lu connections, "
         "%lu pieces of data, %lu datagrams\n",
         inputs, (unsigned long long)sent_count,
         (unsigned long long)pings_answered, news[NETWORK_ACCEPTED],
         news[NETWORK_DATA], news[NETWORK_DATAGRAM]);
  exit(inputs >= DEFAULT_INPUTS &&
       (news[NETWORK_ACCEPTED] == 0 || news[NETWORK_DATA] == 0 ||
        news[NETWORK_DATAGRAM] == 0 || news[NETWORK_CLOSED] == 0));
}

/* Addresses of the board have 32 bits. */
static vaddr_t low_memory(size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (at == MAP_FAILED) {
    fail("no memory below 4 GiB");
  }
  return (vaddr_t)(uintptr_t)at;
}

int main(int argc, char **argv) {
  inputs_wanted = argc > 1 ? strtoul(argv[1], NULL, 0) : DEFAULT_INPUTS;
  frames_start(&frames, argc > 2 ? strtoul(argv[2], NULL, 0) : 1);
  driver.shared_size = SLOTS * (word_t)sizeof(struct ethernet_slot);
  driver.shared = low_memory(driver.shared_size);
  slots = (struct ethernet_slot *)(uintptr_t)driver.shared;
  start.server.client_count = 1;
  start.server.clients[0].shared_size = NETWORK_SHARED_SIZE;
  start.server.clients[0].shared = low_memory(NETWORK_SHARED_SIZE);
  client_memory = (uint8_t *)(uintptr_t)start.server.clients[0].shared;
  return server_main();
}
