/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the pins GPIO1, an unprivileged process. Registers that only the
 * driver changes are kept in memory: a change is one access. An interrupt ends
 * the watch of its pin, so a level that stays can not call again and again.
 * Must never: touch a pin that nobody has set up.
 * Source: IMX6DQRM chapter 28.
 */
#include "imx_gpio.h"

#include "driver/gpio.h"
#include "driver/server.h"
#include "shim_user/shim.h"

#define NOBODY 0xffu

static const struct rt_server *server;
static uint32_t outputs;    /* GPIO_DR */
static uint32_t direction;  /* GPIO_GDIR */
static uint32_t conditions; /* GPIO_ICR1 */
static uint32_t watched;    /* GPIO_IMR */
static uint8_t owners[GPIO_PINS];
static uint32_t news[RT_CLIENTS_MAX]; /* pins, by client */

static void gpio_write(word_t offset, uint32_t value) {
  shim_write32(server->device + offset, value);
}

static uint32_t gpio_read(word_t offset) {
  return shim_read32(server->device + offset);
}

static void gpio_start(void) {
  outputs = gpio_read(GPIO_DR);
  direction = gpio_read(GPIO_GDIR);
  gpio_write(GPIO_IMR, 0);
  for (word_t i = 0; i < GPIO_PINS; i++) {
    owners[i] = NOBODY;
  }
}

static uint32_t with_bit(uint32_t bits, word_t pin, bool on) {
  return on ? bits | 1u << pin : bits & ~(1u << pin);
}

static void tell_owner(word_t pin) {
  word_t owner = owners[pin];
  news[owner] |= 1u << pin;
  server_signal(server, owner);
}

static void gpio_interrupt(void) {
  uint32_t happened = gpio_read(GPIO_ISR) & watched;
  watched &= ~happened;
  gpio_write(GPIO_IMR, watched);
  gpio_write(GPIO_ISR, happened);
  for (word_t i = 0; i < GPIO_WATCHED; i++) {
    if ((happened & (1u << i)) != 0) {
      tell_owner(i);
    }
  }
}

static enum err set_up(word_t client, word_t pin, word_t use) {
  if (use > GPIO_OUTPUT) {
    return ERR_RANGE;
  }
  owners[pin] = (uint8_t)client;
  direction = with_bit(direction, pin, use == GPIO_OUTPUT);
  gpio_write(GPIO_GDIR, direction);
  return ERR_NONE;
}

static enum err write_pin(word_t pin, word_t level) {
  if ((direction & (1u << pin)) == 0) {
    return ERR_ILLEGAL_OPERATION;
  }
  if (level > 1) {
    return ERR_RANGE;
  }
  outputs = with_bit(outputs, pin, level != 0);
  gpio_write(GPIO_DR, outputs);
  return ERR_NONE;
}

/* What happened before the watch does not count. */
static enum err watch(word_t pin, word_t change) {
  if (pin >= GPIO_WATCHED || change > GPIO_FALLS) {
    return ERR_RANGE;
  }
  conditions &= ~(3u << (2 * pin));
  conditions |= change << (2 * pin);
  watched |= 1u << pin;
  gpio_write(GPIO_ICR1, conditions);
  gpio_write(GPIO_ISR, 1u << pin);
  gpio_write(GPIO_IMR, watched);
  return ERR_NONE;
}

static struct server_reply serve_news(word_t client) {
  uint32_t pins = news[client];
  news[client] = 0;
  return (struct server_reply){ERR_NONE, {pins, 0}};
}

/* A request about a pin that is the client's. */
static struct server_reply serve_pin(const struct server_request *request) {
  word_t pin = request->arguments[0];
  word_t value = request->arguments[1];
  switch (request->label) {
  case GPIO_WRITE:
    return server_fail(write_pin(pin, value));
  case GPIO_READ:
    return (struct server_reply){ERR_NONE, {gpio_read(GPIO_DR) >> pin & 1, 0}};
  case GPIO_WATCH:
    return server_fail(watch(pin, value));
  default:
    return server_fail(set_up(request->client, pin, value));
  }
}

static struct server_reply serve(const struct server_request *request) {
  word_t pin = request->arguments[0];
  if (request->label == GPIO_NEWS) {
    return serve_news(request->client);
  }
  if (request->label < GPIO_SET_UP || request->label > GPIO_NEWS) {
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
  if (pin >= GPIO_PINS) {
    return server_fail(ERR_RANGE);
  }
  bool first = request->label == GPIO_SET_UP && owners[pin] == NOBODY;
  return first || owners[pin] == request->client
             ? serve_pin(request)
             : server_fail(ERR_INVALID_CAPABILITY);
}

int main(void) {
  server = server_open_device();
  gpio_start();
  server_run(server, &(const struct server_operations){
                         .serve = serve, .interrupt = gpio_interrupt});
}
