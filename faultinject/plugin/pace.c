/* SPDX-License-Identifier: BSD-2-Clause */
/* A timer of the host's clock looks for bytes; what they ask for is done on the
 * thread of the cores, between two turns, when no core runs. */
#include "pace.h"

#include <fcntl.h>
#include <unistd.h>

#include "emulator.h"
#include "options.h"
#include "trigger.h"

#define LOOK_NS 20000000 /* from one look to the next */

static struct timer timer;
static size_t next_action;

static void act(struct cpu *cpu, uintptr_t data) {
  (void)cpu;
  trigger_act(&options.actions[data]);
}

static void look(void *opaque) {
  char byte;

  (void)opaque;
  while (next_action < options.action_count &&
         read(options.pace, &byte, 1) == 1) {
    emulator.async_run_on_cpu(emulator.qemu_get_cpu(0), act, next_action++);
  }
  emulator.timer_mod_ns(&timer,
                        emulator.qemu_clock_get_ns(CLOCK_HOST) + LOOK_NS);
}

void pace_start(void) {
  fcntl(options.pace, F_SETFL, fcntl(options.pace, F_GETFL) | O_NONBLOCK);
  emulator.timer_init_full(&timer, NULL, CLOCK_HOST, 1, 0, look, NULL);
  look(NULL);
}
