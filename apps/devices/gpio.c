/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pins GPIO1, none of which is connected on the emulated board: an output
 * reads as it was written, an input that nobody drives is low, a watch for that
 * tells once, and pins that are not ours are refused.
 */
#include "parts.h"

#include "driver/client.h"
#include "driver/gpio.h"

#include <stdio.h>

#define OUTPUT 9u
#define INPUT 5u

static enum err gpio(enum gpio_label label, word_t pin, word_t value) {
  word_t words[2] = {pin, value};
  return client_call(RT_SERVICE_GPIO, label, words);
}

/* @return The reply's word; all ones if the call fails. */
static word_t ask(enum gpio_label label, word_t pin) {
  word_t words[2] = {pin, 0};
  return client_call(RT_SERVICE_GPIO, label, words) == ERR_NONE ? words[0]
                                                                : ~(word_t)0;
}

static bool output_follows(void) {
  return gpio(GPIO_SET_UP, OUTPUT, GPIO_OUTPUT) == ERR_NONE &&
         gpio(GPIO_WRITE, OUTPUT, 1) == ERR_NONE &&
         ask(GPIO_READ, OUTPUT) == 1 &&
         gpio(GPIO_WRITE, OUTPUT, 0) == ERR_NONE && ask(GPIO_READ, OUTPUT) == 0;
}

static bool watch_tells_once(void) {
  if (gpio(GPIO_SET_UP, INPUT, GPIO_INPUT) != ERR_NONE ||
      gpio(GPIO_WATCH, INPUT, GPIO_IS_LOW) != ERR_NONE) {
    return false;
  }
  client_wait(RT_SERVICE_GPIO);
  word_t first = ask(GPIO_NEWS, 0);
  word_t second = ask(GPIO_NEWS, 0);
  printf("gpio: news of pins %lx, then %lx\n", (unsigned long)first,
         (unsigned long)second);
  return first == 1u << INPUT && second == 0;
}

static bool refuses_what_it_must(void) {
  return gpio(GPIO_READ, 3, 0) == ERR_INVALID_CAPABILITY &&
         gpio(GPIO_READ, GPIO_PINS, 0) == ERR_RANGE &&
         gpio(GPIO_WRITE, INPUT, 1) == ERR_ILLEGAL_OPERATION &&
         gpio(GPIO_WRITE, OUTPUT, 2) == ERR_RANGE &&
         gpio(GPIO_WATCH, INPUT, 4) == ERR_RANGE &&
         gpio((enum gpio_label)9, 0, 0) == ERR_ILLEGAL_OPERATION;
}

bool part_gpio(void) {
  bool follows = output_follows();
  return watch_tells_once() && follows && refuses_what_it_must();
}
