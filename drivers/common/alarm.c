/* SPDX-License-Identifier: BSD-2-Clause */
/* Time limits by the timer service. */
#include "driver/alarm.h"

#include "driver/client.h"
#include "driver/timer.h"
#include "rt/print.h"

static uint64_t rings_us; /* on the timer's clock */

static void timer_call(enum timer_label label, word_t words[2]) {
  if (client_call(RT_SERVICE_TIMER, label, words) != ERR_NONE) {
    rt_panic("the timer driver refused a request");
  }
}

static uint64_t now_us(void) {
  word_t words[2] = {0, 0};
  timer_call(TIMER_NOW, words);
  return (uint64_t)words[1] << 32 | words[0];
}

void alarm_set(uint32_t delay_us) {
  rings_us = now_us() + delay_us;
  timer_call(TIMER_SET, (word_t[]){delay_us, 0});
}

void alarm_cancel(void) {
  timer_call(TIMER_CANCEL, (word_t[]){0, 0});
}

bool alarm_has_rung(word_t badge) {
  return (badge & RT_BADGE_EVENT) != 0 && now_us() >= rings_us;
}

void alarm_rest(uint32_t delay_us) {
  timer_call(TIMER_SET, (word_t[]){delay_us, 0});
  client_wait(RT_SERVICE_TIMER);
}
