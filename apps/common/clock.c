/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer driver as plain calls. */
#include "app/clock.h"

#include "driver/client.h"
#include "driver/timer.h"
#include "rt/print.h"

static void timer_call(enum timer_label label, word_t words[2]) {
  if (client_call(RT_SERVICE_TIMER, label, words) != ERR_NONE) {
    rt_panic("the timer driver refused a request");
  }
}

void clock_sleep(uint32_t delay_us) {
  timer_call(TIMER_SET, (word_t[]){delay_us, 0});
  client_wait(RT_SERVICE_TIMER);
}

uint64_t clock_now(void) {
  word_t words[2] = {0, 0};
  timer_call(TIMER_NOW, words);
  return (uint64_t)words[1] << 32 | words[0];
}
