/* SPDX-License-Identifier: BSD-2-Clause */
/* Time by ticks of the timer driver. */
#include "clock.h"

#include "driver/client.h"
#include "driver/timer.h"
#include "lwip/sys.h"
#include "rt/print.h"

static uint32_t now_ms;

/* @return The time, if it was asked for, in microseconds. */
static uint64_t call(enum timer_label label, word_t argument) {
  word_t words[2] = {argument, 0};
  if (client_call(RT_SERVICE_TIMER, label, words) != ERR_NONE) {
    rt_panic("the timer driver refused a request");
  }
  return (uint64_t)words[1] << 32 | words[0];
}

void clock_tick(void) {
  now_ms = (uint32_t)(call(TIMER_NOW, 0) / 1000);
  call(TIMER_SET, CLOCK_TICK_MS * 1000);
}

void clock_start(void) {
  clock_tick();
}

u32_t sys_now(void) {
  return now_ms;
}
