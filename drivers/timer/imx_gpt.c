/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the general purpose timer, an unprivileged process: tells the time
 * and serves one time-out per client.
 *
 * The counter runs free at 1 MHz and is extended to 64 bits here: the roll-over
 * interrupt makes sure that no lap is missed. Compare 1 is set to the earliest
 * time-out; as the counter moves on meanwhile, it is read again afterwards, and
 * what is already due is served at once.
 * Every value of the counter is an input: it is read through the shim only.
 * Source: IMX6DQRM chapter 30.
 */
#include "imx_gpt.h"

#include "driver/server.h"
#include "driver/timer.h"
#include "shim_user/shim.h"
#include "timeouts.h"

_Static_assert(TIMEOUTS_CLIENTS >= RT_CLIENTS_MAX, "a time-out per client");

static const struct rt_server *server;
static struct timeouts timeouts;
static uint32_t last_count; /* CNT when it was last read */
static uint32_t laps;       /* times that CNT rolled over */

static void gpt_write(word_t offset, uint32_t value) {
  shim_write32(server->device + offset, value);
}

static void gpt_start(void) {
  uint32_t mode = GPT_CR_ENMOD | GPT_CR_WAITEN | GPT_CR_CLKSRC_IPG | GPT_CR_FRR;
  gpt_write(GPT_CR, 0);
  gpt_write(GPT_IR, 0);
  gpt_write(GPT_CR, mode); /* the clock is chosen while disabled: 30.5 */
  gpt_write(GPT_PR, GPT_CLOCK_MHZ - 1);
  gpt_write(GPT_SR, GPT_SR_OF1 | GPT_SR_ROV);
  gpt_write(GPT_CR, mode | GPT_CR_EN);
  gpt_write(GPT_IR, GPT_SR_ROV);
}

/* Microseconds since gpt_start. */
static uint64_t gpt_now(void) {
  uint32_t count = shim_read32(server->device + GPT_CNT);
  if (count < last_count) {
    laps++;
  }
  last_count = count;
  return (uint64_t)laps << 32 | count;
}

static void signal_all(uint32_t clients) {
  for (uint32_t i = 0; i < server->client_count; i++) {
    if ((clients & (1u << i)) != 0) {
      server_signal(server, i);
    }
  }
}

/* Serve what is due and have the device call for the next one. */
static void gpt_advance(void) {
  uint64_t next = 0;
  signal_all(timeouts_expire(&timeouts, gpt_now()));
  while (timeouts_next(&timeouts, &next)) {
    gpt_write(GPT_OCR1, (uint32_t)next);
    gpt_write(GPT_IR, GPT_SR_OF1 | GPT_SR_ROV);
    uint64_t now = gpt_now();
    if (now < next) {
      return;
    }
    signal_all(timeouts_expire(&timeouts, now));
  }
  gpt_write(GPT_IR, GPT_SR_ROV);
}

static void gpt_interrupt(void) {
  gpt_write(GPT_SR, GPT_SR_OF1 | GPT_SR_ROV);
  gpt_advance();
}

static struct server_reply serve_set(const struct server_request *request) {
  word_t delay_us = request->arguments[0];
  if (delay_us > TIMER_DELAY_MAX) {
    return server_fail(ERR_RANGE);
  }
  timeouts_set(&timeouts, request->client, gpt_now() + delay_us);
  gpt_advance();
  return server_fail(ERR_NONE);
}

static struct server_reply serve_now(void) {
  uint64_t now = gpt_now();
  return (struct server_reply){ERR_NONE, {(word_t)now, (word_t)(now >> 32)}};
}

static struct server_reply serve(const struct server_request *request) {
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

int main(void) {
  server = server_open_device();
  gpt_start();
  server_run(server, &(const struct server_operations){
                         .serve = serve, .interrupt = gpt_interrupt});
}
