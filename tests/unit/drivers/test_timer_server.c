/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivers/timer/timer_server.c on a device whose counter the test moves: time
 * goes on over roll-overs, time-outs come neither early nor twice nor never,
 * wherever the counter stands when they are set.
 */
#include "timer_server.h"

#include "driver/timer.h"
#include "harness/check.h"

#define CLIENTS 2u
#define LAP (1ull << 32)

static uint32_t count;   /* the device's counter */
static uint32_t compare; /* its compare register */
static uint32_t moves;   /* by so much it goes on when it is read */
static uint32_t reads;   /* of the counter */
static bool asks;        /* its interrupt */
static uint32_t signals[CLIENTS];

static const struct rt_server server = {.client_count = CLIENTS};

/* The counter goes on by `steps`; one that gets to the compare asks. */
static void pass(uint64_t steps) {
  uint32_t to_compare = compare - count;
  asks = asks || (to_compare != 0 && to_compare <= steps);
  count += (uint32_t)steps;
}

static uint32_t fake_count(void) {
  reads++;
  pass(moves);
  return count;
}

static void fake_call_at(uint32_t at) {
  compare = at;
}

static void fake_acknowledge(void) {
  asks = false;
}

void server_signal(const struct rt_server *its_server, word_t client) {
  CHECK(its_server == &server && client < CLIENTS, "a client is told");
  signals[client]++;
}

static void start_at(uint32_t first) {
  static const struct timer_device device = {fake_count, fake_call_at,
                                             fake_acknowledge};
  count = first;
  moves = 0;
  asks = false;
  signals[0] = 0;
  signals[1] = 0;
  timer_server_start(&server, &device);
}

static struct server_reply ask(word_t client, word_t label, word_t argument) {
  return timer_server_serve(
      &(const struct server_request){client, label, {argument, 0}});
}

static uint64_t now(void) {
  struct server_reply reply = ask(0, TIMER_NOW, 0);
  return (uint64_t)reply.values[1] << 32 | reply.values[0];
}

/* Let `us` pass, one interrupt after the other, as the loop would. */
static void live_for(uint64_t us) {
  while (us > 0) {
    uint64_t step = (uint32_t)(compare - count);
    step = step == 0 || step > us ? us : step;
    pass(step);
    us -= step;
    if (asks) {
      timer_server_interrupt();
    }
  }
}

/* From each of some starts, with each of some delays, to the microsecond. */
static void a_time_out_comes_at_its_time_wherever_the_counter_stands(void) {
  static const uint32_t starts[] = {0,           1,           0x7fffffffu,
                                    0x80000000u, 0xfffffff0u, 0xffffffffu};
  static const uint32_t delays[] = {1,    16,          17,
                                    1000, 0x7ffffffeu, TIMER_DELAY_MAX};
  for (unsigned i = 0; i < sizeof starts / sizeof starts[0]; i++) {
    for (unsigned k = 0; k < sizeof delays / sizeof delays[0]; k++) {
      start_at(starts[i]);
      CHECK(ask(1, TIMER_SET, delays[k]).error == ERR_NONE, "it is set");
      live_for(delays[k] - 1);
      CHECK(signals[1] == 0, "it does not come early");
      live_for(1);
      CHECK(signals[1] == 1 && now() == delays[k], "it comes at its time");
      live_for(3 * LAP);
      CHECK(signals[1] == 1 && signals[0] == 0, "once, and to nobody else");
    }
  }
}

static void time_goes_on_over_laps_without_any_client(void) {
  start_at(0xfffffff0u);
  CHECK(now() == 0, "time begins with 0, whatever the counter says");
  live_for(0x20);
  CHECK(now() == 0x20, "it goes on over a roll-over");
  live_for(10 * LAP);
  CHECK(now() == 10 * LAP + 0x20, "no lap is missed though nobody asks");
}

/* The counter passes the compare before it is written. */
/* A system that is busy serves the interrupt 100 s late. */
static void no_lap_is_missed_though_interrupts_are_served_late(void) {
  const uint64_t late = 100000000;
  start_at(7);
  for (unsigned i = 1; i <= 6; i++) {
    uint64_t left = (uint32_t)(compare - count);
    pass(left + late);
    CHECK(asks, "the device has called by half a lap");
    timer_server_interrupt();
    CHECK(now() == i * (LAP / 2 + late), "the time is right");
  }
}

static void what_passes_meanwhile_is_served_at_once(void) {
  for (uint32_t each = 1; each < 40; each++) {
    start_at(0xffffffe0u);
    moves = each;
    ask(0, TIMER_SET, 30);
    ask(1, TIMER_SET, 10);
    live_for(100);
    CHECK(signals[0] == 1 && signals[1] == 1, "each comes, and once");
    reads = 0;
    ask(0, TIMER_SET, 0);
    CHECK(signals[0] == 2 && reads <= 3, "no delay: before the reply");
  }
}

static void what_is_set_anew_or_cancelled_does_not_come(void) {
  start_at(0);
  ask(0, TIMER_SET, 100);
  ask(0, TIMER_SET, 300);
  ask(1, TIMER_SET, 200);
  CHECK(ask(1, TIMER_CANCEL, 0).error == ERR_NONE, "it is cancelled");
  live_for(299);
  CHECK(signals[0] == 0 && signals[1] == 0, "nothing comes");
  live_for(1);
  CHECK(signals[0] == 1 && signals[1] == 0, "only the last setting counts");
}

static void what_makes_no_sense_is_refused(void) {
  start_at(0);
  CHECK(ask(0, TIMER_SET, TIMER_DELAY_MAX + 1).error == ERR_RANGE,
        "a delay that is too long");
  CHECK(ask(0, 99, 0).error == ERR_ILLEGAL_OPERATION, "an unknown label");
  live_for(LAP);
  CHECK(signals[0] == 0, "and nothing was set");
}

int main(void) {
  a_time_out_comes_at_its_time_wherever_the_counter_stands();
  time_goes_on_over_laps_without_any_client();
  no_lap_is_missed_though_interrupts_are_served_late();
  what_passes_meanwhile_is_served_at_once();
  what_is_set_anew_or_cancelled_does_not_come();
  what_makes_no_sense_is_refused();
  return check_report("timer_server");
}
