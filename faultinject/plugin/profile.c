/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One counter per core and word of the range. What ran since the core last
 * told the others something is kept back until it is known whether the core
 * was waiting.
 */
#include "profile.h"

#include <inttypes.h>

#include "options.h"

#define WORDS_MAX (PROFILE_MAX / 4)
#define RECENT_MAX 65536u

struct recent {
  uint32_t word[RECENT_MAX];
  uint32_t count;
};

static uint64_t counts[CORES_MAX][WORDS_MAX];
static struct recent recents[CORES_MAX];

void profile_keep(unsigned core) {
  struct recent *recent = &recents[core];

  for (uint32_t i = 0; i < recent->count; i++) {
    counts[core][recent->word[i]]++;
  }
  recent->count = 0;
}

void profile_drop(unsigned core) {
  recents[core].count = 0;
}

static void executed(unsigned core, void *opaque) {
  if (core < CORES_MAX) {
    struct recent *recent = &recents[core];
    if (recent->count == RECENT_MAX) {
      profile_keep(core);
    }
    recent->word[recent->count++] = (uint32_t)(uintptr_t)opaque;
  }
}

void profile_translated(struct tb *tb) {
  const struct span *range = &options.profile;
  size_t total =
      range->start < range->end ? emulator.qemu_plugin_tb_n_insns(tb) : 0;

  for (size_t i = 0; i < total; i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    uint64_t address = emulator.qemu_plugin_insn_vaddr(insn);
    if (address >= range->start && address < range->end) {
      emulator.qemu_plugin_register_vcpu_insn_exec_cb(
          insn, executed, CALLBACK_NO_REGISTERS,
          (void *)(uintptr_t)((address - range->start) / 4));
    }
  }
}

void profile_write(FILE *out) {
  const struct span *range = &options.profile;

  for (int core = 0; core < emulator_count_cores(); core++) {
    profile_keep((unsigned)core);
    for (uint64_t at = range->start; at < range->end; at += 4) {
      uint64_t count = counts[core][(at - range->start) / 4];
      if (count != 0) {
        fprintf(out, "%d %" PRIx64 " %" PRIu64 "\n", core, at, count);
      }
    }
  }
}
