/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives back what comes by TCP and UDP, and ends after a number of connections
 * or after the datagram `exit`: from outside, or by one connection of its own
 * over the loopback address, which needs nobody outside and so repeats exactly.
 */
#include "app/arguments.h"
#include "app/clock.h"
#include "app/console.h"
#include "echo.h"
#include "loop.h"

#include <stdio.h>
#include <string.h>

#define PORT_MAX 0xffffu
#define LOOP_PORT 7u
#define ADDRESS_POLL_US 100000u

enum exit_code { EXIT_DONE = 0, EXIT_WRONG = 1 };

/* Both count from 1: nobody is served on port 0 or for no connection. */
static bool read_arguments(int argc, char **argv, uint32_t *port,
                           uint32_t *connections) {
  return argc == 3 && argument_count(argv[1], port) &&
         argument_count(argv[2], connections) && *port > 0 &&
         *port <= PORT_MAX && *connections > 0;
}

static void say_address(void) {
  uint32_t address = network_address();
  while (address == 0) {
    clock_sleep(ADDRESS_POLL_US);
    address = network_address();
  }
  printf("netecho address %u.%u.%u.%u\n", (unsigned)(address & 0xffu),
         (unsigned)(address >> 8 & 0xffu), (unsigned)(address >> 16 & 0xffu),
         (unsigned)(address >> 24));
}

static void serve(uint32_t connections) {
  while (echo_counts().connections < connections && !echo_counts().over) {
    struct network_event event = network_wait();
    if (!loop_take(&event)) {
      echo_take(&event);
    }
  }
  struct echo_counts counts = echo_counts();
  printf("netecho %lu %lu %lu\n", (unsigned long)counts.connections,
         (unsigned long)counts.bytes, (unsigned long)counts.datagrams);
}

static int run_loop(uint32_t bytes) {
  if (!echo_start(LOOP_PORT) || !loop_start(LOOP_PORT, bytes)) {
    puts("netecho: no connection to ourselves");
    return EXIT_WRONG;
  }
  serve(1);
  return loop_is_right() ? EXIT_DONE : EXIT_WRONG;
}

int main(int argc, char **argv) {
  uint32_t port = 0;
  uint32_t connections = 0;
  uint32_t bytes = 0;
  console_start();
  if (argc == 3 && strcmp(argv[1], "loop") == 0 &&
      argument_count(argv[2], &bytes) && bytes > 0) {
    return run_loop(bytes);
  }
  if (!read_arguments(argc, argv, &port, &connections)) {
    puts("usage: netecho PORT CONNECTIONS | netecho loop BYTES");
    return EXIT_USAGE;
  }
  if (!echo_start(port)) {
    puts("netecho: the port is taken");
    return EXIT_WRONG;
  }
  say_address();
  serve(connections);
  return EXIT_DONE;
}
