/* SPDX-License-Identifier: BSD-2-Clause */
/* Time by ticks of the timer driver. */
#include "clock.h"

#include "driver/timer.h"
#include "lwip/sys.h"
#include "rt/print.h"
#include "rt/start.h"
#include "sel4/sel4.h"

static uint32_t now_ms;

/* Call the timer; @return the 64-bit time of TIMER_NOW. */
static uint64_t call(enum timer_label label, seL4_Word argument) {
  seL4_Word words[2] = {argument, 0};
  seL4_MessageInfo_t reply = seL4_CallWithMRs(
      rt_connect(RT_SERVICE_TIMER)->endpoint,
      seL4_MessageInfo_new(label, 0, 0, 1), &words[0], &words[1], NULL, NULL);
  if (seL4_MessageInfo_get_label(reply) != ERR_NONE) {
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
