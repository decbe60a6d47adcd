/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A control loop as a spacecraft has one, in floating point: ten times a second
 * it reads the sensors, estimates the attitude, turns the body, does the
 * commands that are due, and sends telemetry. `telemetry CYCLES [PERIOD_US
 * [PORT]]`: with a shorter period the same flight passes faster; with a port it
 * listens to a ground station meanwhile (0: by the serial line only). Its input
 * are command packets. Its last line: cycles, packets, CRC of all packets.
 */
#include "app/arguments.h"
#include "app/clock.h"
#include "app/console.h"
#include "app/input.h"
#include "downlink.h"
#include "driver/timer.h"
#include "environment.h"
#include "ground.h"
#include "plant.h"
#include "uplink.h"

#include <stdio.h>
#include <string.h>

#define PERIOD_US 100000u  /* of the machine */
#define PERIOD_S 0.1f      /* of the flight */
#define ATTITUDE_EVERY 10u /* cycles */
#define HOUSEKEEPING_EVERY 50u
#define ENVIRONMENT_EVERY 50u
#define PORT_MAX 0xffffu
#define INPUT_MAX 8192u /* octets of commands */

static struct plant plant;
static struct attitude attitude;
static struct uplink uplink;
static struct environment environment;
static bool ended;

/* @return False: the input is broken or too long. */
static bool read_commands(void) {
  static uint8_t octets[INPUT_MAX];
  const uint8_t *piece = NULL;
  size_t length = 0;
  int count;
  while ((count = input_disk.next(&piece)) > 0) {
    if ((size_t)count > sizeof octets - length) {
      return false;
    }
    memcpy(octets + length, piece, (size_t)count);
    length += (size_t)count;
  }
  uplink_read(&uplink, octets, length, downlink_verify);
  return count == 0;
}

static void obey(uint32_t cycle) {
  struct command command;
  while (uplink_next(&uplink, cycle, &command)) {
    if (command.function == FUNCTION_TARGET) {
      attitude.target = command.target;
    } else if (command.function == FUNCTION_PING) {
      downlink_housekeeping(uplink.skipped);
    } else {
      ended = true;
    }
  }
}

static void control(void) {
  struct measurement measured = plant_measure(&plant);
  attitude_update(&attitude, &measured, PERIOD_S);
  plant_step(&plant, attitude_control(&attitude), PERIOD_S);
}

static void report(uint32_t cycle) {
  if (cycle % ATTITUDE_EVERY == 0) {
    downlink_attitude(&attitude);
  }
  if (cycle % HOUSEKEEPING_EVERY == 0) {
    downlink_housekeeping(uplink.skipped);
  }
}

/* The gyroscopes in software are as warm as the board. */
static void measure(uint32_t cycle) {
  if (cycle % ENVIRONMENT_EVERY == 0) {
    environment_read(&environment);
    downlink_environment(&environment);
    plant.temperature = (float)environment.millidegrees / 1000;
  }
}

/* The next cycle begins a period behind the last, however long it took. */
static void wait_for_cycle(uint64_t *next_us, uint32_t period_us) {
  uint64_t now_us = clock_now();
  *next_us += period_us;
  if (*next_us > now_us) {
    clock_sleep((uint32_t)(*next_us - now_us));
  }
}

struct options {
  uint32_t cycles;
  uint32_t period_us;
  uint32_t port;
};

/* @return False: they make no sense. */
static bool read_options(int argc, char **argv, struct options *options) {
  *options = (struct options){.period_us = PERIOD_US};
  return argc >= 2 && argc <= 4 && argument_count(argv[1], &options->cycles) &&
         (argc < 3 || argument_count(argv[2], &options->period_us)) &&
         (argc < 4 || argument_count(argv[3], &options->port)) &&
         options->period_us <= TIMER_DELAY_MAX && options->port <= PORT_MAX;
}

/* @return The cycles that were flown. */
static uint32_t fly(const struct options *options) {
  uint32_t cycle = 0;
  uint64_t next_us = clock_now();
  for (; cycle < options->cycles && !ended; cycle++) {
    downlink_cycle(cycle);
    measure(cycle);
    control();
    ground_receive(&uplink, downlink_verify);
    obey(cycle);
    report(cycle);
    wait_for_cycle(&next_us, options->period_us);
  }
  return cycle;
}

int main(int argc, char **argv) {
  struct options options;
  console_start();
  if (!read_options(argc, argv, &options)) {
    puts("usage: telemetry CYCLES [PERIOD_US [PORT]]");
    return EXIT_USAGE;
  }
  if (argc == 4 && !ground_start(options.port)) {
    puts("telemetry: the port can not be had");
    return 1;
  }
  if (!read_commands()) {
    puts("telemetry: the input is broken, or longer than 8 KiB");
    return 1;
  }
  plant_start(&plant, 1);
  attitude_start(&attitude);
  environment_start(&environment);
  uint32_t cycles = fly(&options);
  printf("telemetry %lu %lu %08lx\n", (unsigned long)cycles,
         (unsigned long)downlink_count(), (unsigned long)downlink_crc());
  return 0;
}
