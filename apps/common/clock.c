/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer driver as plain calls. */
#include "app/clock.h"

#include "driver/timer.h"
#include "rt/print.h"
#include "rt/start.h"
#include "sel4/sel4.h"

static void timer_call(enum timer_label label, seL4_Word words[2]) {
  const struct rt_connection *timer = rt_connect(RT_SERVICE_TIMER);
  seL4_MessageInfo_t reply =
      seL4_CallWithMRs(timer->endpoint, seL4_MessageInfo_new(label, 0, 0, 2),
                       &words[0], &words[1], NULL, NULL);
  if (seL4_MessageInfo_get_label(reply) != ERR_NONE) {
    rt_panic("the timer driver refused a request");
  }
}

void clock_sleep(uint32_t delay_us) {
  timer_call(TIMER_SET, (seL4_Word[]){delay_us, 0});
  seL4_Wait(rt_connect(RT_SERVICE_TIMER)->event, NULL);
}

uint64_t clock_now(void) {
  seL4_Word words[2] = {0, 0};
  timer_call(TIMER_NOW, words);
  return (uint64_t)words[1] << 32 | words[0];
}
