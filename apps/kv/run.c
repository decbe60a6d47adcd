/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The key-value server, whoever keeps its keys. `kv PORT [CLIENTS]` serves the
 * network until a client sends SHUTDOWN; `kv replay` serves a client of its own
 * that sends recorded requests, the input, and ends with it.
 */
#include "run.h"

#include "app/arguments.h"
#include "app/clock.h"
#include "app/console.h"
#include "replay.h"
#include "service.h"

#include <stdio.h>

#define PORT_MAX 0xffffu
#define REPLAY_PORT 6379u
#define REPLAY_CLIENTS 1u
#define CLIENTS_DEFAULT 200u
#define ADDRESS_POLL_US 100000u

enum exit_code { EXIT_DONE = 0, EXIT_WRONG = 1 };

_Static_assert(PIECE_MAX >= NETWORK_SHARED_SIZE,
               "a session has room for what comes at once");

static void say_ready(uint32_t port) {
  uint32_t address = network_address();
  while (address == 0) {
    clock_sleep(ADDRESS_POLL_US);
    address = network_address();
  }
  printf("kv ready %u.%u.%u.%u:%lu\n", (unsigned)(address & 0xffu),
         (unsigned)(address >> 8 & 0xffu), (unsigned)(address >> 16 & 0xffu),
         (unsigned)(address >> 24), (unsigned long)port);
}

/* Serve what has come; then look at the clock, and wait. */
static void serve(bool (*take)(const struct network_event *event),
                  bool (*is_over)(void)) {
  while (!is_over()) {
    struct network_event event = network_next();
    if (event.kind == NETWORK_NOTHING) {
      event = network_wait();
      service_rest();
    }
    if (!take(&event)) {
      service_take(&event);
    }
  }
}

static bool take_none(const struct network_event *event) {
  (void)event;
  return false;
}

static int run_replay(void) {
  if (!service_start(REPLAY_PORT, REPLAY_CLIENTS, NULL) ||
      !replay_start(REPLAY_PORT)) {
    puts("kv: no connection to ourselves");
    return EXIT_WRONG;
  }
  serve(replay_take, replay_is_over);
  return replay_report() ? EXIT_DONE : EXIT_WRONG;
}

static int run_server(uint32_t port, uint32_t clients,
                      const struct keeper *keeper) {
  if (!service_start(port, clients, keeper)) {
    puts("kv: the port is taken, so many clients do not fit in memory, or the "
         "flash can not be read");
    return EXIT_WRONG;
  }
  say_ready(port);
  serve(take_none, service_is_over);
  printf("kv served %lu commands on %lu connections\n",
         (unsigned long)service_server()->commands,
         (unsigned long)service_server()->accepted);
  return EXIT_DONE;
}

int kv_run(int argc, char **argv, const struct keeper *keeper) {
  uint32_t port = 0;
  uint32_t clients = CLIENTS_DEFAULT;
  console_start();
  if (argc == 2 && strcmp(argv[1], "replay") == 0) {
    return run_replay();
  }
  if (argc < 2 || argc > 3 || !argument_count(argv[1], &port) || port == 0 ||
      port > PORT_MAX ||
      (argc == 3 && (!argument_count(argv[2], &clients) || clients == 0))) {
    puts("usage: kv PORT [CLIENTS] | kv replay");
    return EXIT_USAGE;
  }
  return run_server(port, clients, keeper);
}
