/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The class is known when code is translated (it depends on the virtual
 * address only), so each instruction gets a callback that knows its class.
 */
#include "count.h"

#include <string.h>

#define USER_TOP 0xe0000000u

static uint64_t counts[CORES_MAX][CLASSES_MAX];

unsigned count_class_of(uint64_t address) {
  for (size_t i = 0; i < options.range_count; i++) {
    const struct code_range *range = &options.ranges[i];
    if (address >= range->start && address < range->end) {
      return range->class;
    }
  }
  return address < USER_TOP ? CLASS_USER : CLASS_KERNEL;
}

static void executed(unsigned core, void *opaque) {
  if (core < CORES_MAX) {
    counts[core][(uintptr_t)opaque]++;
  }
}

void count_translated(struct tb *tb) {
  size_t total = options.count ? emulator.qemu_plugin_tb_n_insns(tb) : 0;

  for (size_t i = 0; i < total; i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    uintptr_t class = count_class_of(emulator.qemu_plugin_insn_vaddr(insn));
    emulator.qemu_plugin_register_vcpu_insn_exec_cb(
        insn, executed, CALLBACK_NO_REGISTERS, (void *)class);
  }
}

uint64_t count_of(int core, unsigned class) {
  return counts[core][class];
}

uint64_t count_total(int core) {
  uint64_t total = 0;

  for (unsigned class = 0; class < CLASSES_MAX; class ++) {
    total += counts[core][class];
  }
  return total;
}

void count_copy(int core, uint64_t *into) {
  memcpy(into, counts[core], sizeof(counts[core]));
}

uint64_t count_move(int core, const uint64_t *since, unsigned class) {
  uint64_t moved = 0;

  for (unsigned from = 0; from < CLASSES_MAX; from++) {
    moved += counts[core][from] - since[from];
    counts[core][from] = since[from];
  }
  counts[core][class] += moved;
  return moved;
}
