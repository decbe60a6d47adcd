/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A periodic timer on the virtual clock. Its expiry ends the running core's
 * turn; asking every core to leave its loop makes the emulator go on with the
 * next core instead of starting again with core 0.
 */
#include "slice.h"

#include <stdbool.h>

#include "emulator.h"
#include "options.h"

static struct timer timer;

static void expire(void *opaque) {
  (void)opaque;
  for (int core = 0; core < CORES_MAX; core++) {
    struct cpu *cpu = emulator.qemu_get_cpu(core);
    if (cpu != NULL) {
      emulator.cpu_exit(cpu);
    }
  }
  emulator.timer_mod_ns(&timer, emulator.qemu_clock_get_ns(CLOCK_VIRTUAL) +
                                    options.slice);
}

void slice_start(void) {
  static bool ready;

  if (options.slice == 0) {
    return;
  }
  if (!ready) {
    emulator.timer_init_full(&timer, NULL, CLOCK_VIRTUAL, 1, 0, expire, NULL);
    ready = true;
    emulator.timer_mod_ns(&timer, emulator.qemu_clock_get_ns(CLOCK_VIRTUAL) +
                                      options.slice);
  }
}
