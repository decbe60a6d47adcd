/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of all passings, which grows as they come. */
#include "mark.h"

#include <stdlib.h>

#include "clock.h"
#include "count.h"
#include "options.h"

struct passing {
  uint32_t core;
  uint32_t mark;
  uint64_t clock;
  uint64_t lines;
  uint64_t executed;
  uint64_t waited;
  uint64_t user;
};

_Static_assert(sizeof(struct passing) == 48, "host tools read 48 bytes");

static struct passing *passings;
static size_t length;
static size_t room;

static void passed(unsigned core, void *opaque) {
  if (core >= CORES_MAX) {
    return;
  }
  if (length == room) {
    room = room == 0 ? 1024 : 2 * room;
    passings = realloc(passings, room * sizeof(*passings));
    if (passings == NULL) {
      abort();
    }
  }
  struct moment moment = clock_of((int)core);
  passings[length++] = (struct passing){
      .core = core,
      .mark = (uint32_t)(uintptr_t)opaque,
      .clock = moment.length,
      .lines = moment.lines,
      .executed = count_total((int)core),
      .waited = clock_waited((int)core),
      .user = count_of((int)core, CLASS_USER),
  };
}

static void watch(struct insn *insn) {
  uint64_t address = emulator.qemu_plugin_insn_vaddr(insn);

  for (size_t i = 0; i < options.mark_count; i++) {
    if (options.marks[i] == address) {
      emulator.qemu_plugin_register_vcpu_insn_exec_cb(
          insn, passed, CALLBACK_NO_REGISTERS, (void *)(uintptr_t)i);
    }
  }
}

void mark_translated(struct tb *tb) {
  size_t total =
      options.mark_count > 0 ? emulator.qemu_plugin_tb_n_insns(tb) : 0;

  for (size_t i = 0; i < total; i++) {
    watch(emulator.qemu_plugin_tb_get_insn(tb, i));
  }
}

void mark_write(FILE *out) {
  fwrite(passings, sizeof(*passings), length, out);
}
