/* SPDX-License-Identifier: BSD-2-Clause */
/* One bit at a time; stores are watched only in runs that have such a fault. */
#include "stuck.h"

#include "memory.h"
#include "options.h"

#define STORES 2 /* QEMU_PLUGIN_MEM_W */

static struct {
  bool on;
  uint64_t address;
  uint8_t mask;
  uint8_t level;
} held;

static void force(void) {
  uint8_t byte = 0;

  emulator.cpu_physical_memory_rw(held.address, &byte, 1, false);
  uint8_t wrong = (uint8_t)((byte ^ held.level) & held.mask);
  if (wrong != 0) {
    memory_flip(held.address, wrong);
  }
}

void stuck_hold(uint64_t address, uint8_t mask, uint8_t level) {
  held.on = true;
  held.address = address;
  held.mask = mask;
  held.level = level;
  force();
}

void stuck_release(void) {
  held.on = false;
}

/* Which byte a store hit is not asked: looking at one byte is as cheap. */
static void stored(unsigned core, uint32_t info, uint64_t address,
                   void *opaque) {
  (void)core;
  (void)info;
  (void)address;
  (void)opaque;
  if (held.on) {
    force();
  }
}

static bool wanted(void) {
  for (size_t i = 0; i < options.action_count; i++) {
    if (options.actions[i].kind == ACTION_STUCK) {
      return true;
    }
  }
  return false;
}

void stuck_translated(struct tb *tb) {
  size_t count = wanted() ? emulator.qemu_plugin_tb_n_insns(tb) : 0;

  for (size_t i = 0; i < count; i++) {
    emulator.qemu_plugin_register_vcpu_mem_cb(
        emulator.qemu_plugin_tb_get_insn(tb, i), stored, CALLBACK_NO_REGISTERS,
        STORES, NULL);
  }
}
