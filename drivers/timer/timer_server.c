/* SPDX-License-Identifier: BSD-2-Clause */
/* Time and time-outs on a counter of 32 bits. */
#include "timer_server.h"

#include "driver/timer.h"
#include "timeouts.h"

#define HALF_LAP 0x80000000u

_Static_assert(TIMEOUTS_CLIENTS >= RT_CLIENTS_MAX, "a time-out per client");

static const struct rt_server *server;
static const struct timer_device *device;
static struct timeouts timeouts;
static uint32_t last_count; /* when the device was last read */
static uint64_t now_us;     /* at that moment */

static uint64_t look(void) {
  uint32_t count = device->count();
  now_us += (uint32_t)(count - last_count);
  last_count = count;
  return now_us;
}

static void signal_all(uint32_t clients) {
  for (uint32_t i = 0; i < server->client_count; i++) {
    if ((clients & (1u << i)) != 0) {
      server_signal(server, i);
    }
  }
}

/* The earliest time-out, or half a lap if that comes first. */
static uint64_t next_call(void) {
  uint64_t next = 0;
  bool found = timeouts_next(&timeouts, &next);
  return found && next < now_us + HALF_LAP ? next : now_us + HALF_LAP;
}

/* Have the device call for what comes next. As time goes on meanwhile, what is
 * due by now is served at once. */
static void call_for_next(void) {
  for (;;) {
    uint64_t next = next_call();
    device->call_at((uint32_t)(last_count + (next - now_us)));
    if (look() < next) {
      return;
    }
    signal_all(timeouts_expire(&timeouts, now_us));
  }
}

void timer_server_start(const struct rt_server *its_server,
                        const struct timer_device *its_device) {
  server = its_server;
  device = its_device;
  timeouts = (struct timeouts){0};
  now_us = 0;
  last_count = device->count();
  call_for_next();
}

void timer_server_interrupt(void) {
  device->acknowledge();
  signal_all(timeouts_expire(&timeouts, look()));
  call_for_next();
}

static struct server_reply serve_set(const struct server_request *request) {
  word_t delay_us = request->arguments[0];
  if (delay_us > TIMER_DELAY_MAX) {
    return server_fail(ERR_RANGE);
  }
  timeouts_set(&timeouts, request->client, look() + delay_us);
  call_for_next();
  return server_fail(ERR_NONE);
}

static struct server_reply serve_now(void) {
  uint64_t now = look();
  return (struct server_reply){ERR_NONE, {(word_t)now, (word_t)(now >> 32)}};
}

struct server_reply timer_server_serve(const struct server_request *request) {
  switch (request->label) {
  case TIMER_NOW:
    return serve_now();
  case TIMER_SET:
    return serve_set(request);
  case TIMER_CANCEL:
    timeouts_cancel(&timeouts, request->client);
    return server_fail(ERR_NONE);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}
