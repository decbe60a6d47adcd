/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A turn is counted in blocks of code as they are entered, so it is exact up
 * to one block. Asking the running core itself to leave its loop makes the
 * emulator go on with the next one. (A timer of the virtual clock would not do:
 * the core whose turn begins when a timer is due loses that turn to running
 * the timer, which starves every second core of an even number.)
 */
#include "slice.h"

#include "options.h"
#include "quiet.h"

static unsigned running; /* core whose turn it is */
static int64_t left;     /* instructions of its turn */

void slice_charge(unsigned core, size_t instructions) {
  if (options.slice == 0) {
    return;
  }
  if (core != running) {
    running = core;
    left = options.slice;
  }
  left -= (int64_t)instructions;
  if (left <= 0) {
    left = options.slice;
    emulator.cpu_exit(emulator.qemu_get_cpu((int)core));
  }
}

unsigned slice_core(void) {
  return running;
}

int64_t slice_left(void) {
  return left;
}

static void entered(unsigned core, void *opaque) {
  if (!quiet_owns_turn()) {
    slice_charge(core, (uintptr_t)opaque);
  }
}

void slice_translated(struct tb *tb) {
  if (options.slice != 0) {
    emulator.qemu_plugin_register_vcpu_tb_exec_cb(
        tb, entered, CALLBACK_NO_REGISTERS,
        (void *)emulator.qemu_plugin_tb_n_insns(tb));
  }
}
