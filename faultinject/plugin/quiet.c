/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time is the number of executed instructions, counted in line, plus what
 * passed while all cores slept. Leaving a block at its entry and having it
 * looked up again is what the emulator itself does for single steps; its
 * global `singlestep` makes blocks of one instruction.
 */
#define _GNU_SOURCE
#include "quiet.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "branch.h"
#include "checkpoint.h"
#include "options.h"
#include "slice.h"
#include "trigger.h"

#define WFI_ARM 0xe320f003u
#define ADD_U64 0       /* QEMU_PLUGIN_INLINE_ADD_U64 */
#define BEFORE_RETURN 2 /* a return address less this lies in the call */

/* A translated block: addresses of its instructions. */
struct block {
  size_t count;
  bool waits; /* ends with WFI: time may jump behind it */
  uint64_t address[];
};

static int *singlestep;
static struct cpu **current;
static uint64_t executed;
static int64_t idle_ns;
static bool idle_is_old = true;
static unsigned last_core;
static size_t next; /* first action that has not fired */
static bool owned;

/* The block that is executed instruction by instruction; NULL = none. */
static const struct block *stepped;
static uint64_t stepped_from; /* `executed` at its start */

static int compare(const void *a, const void *b) {
  const struct action *one = a;
  const struct action *two = b;

  if (one->time != two->time) {
    return one->time < two->time ? -1 : 1;
  }
  return (int)one->kind - (int)two->kind; /* a pause after its flips */
}

bool quiet_start(void) {
  singlestep = dlsym(RTLD_DEFAULT, "singlestep");
  qsort(options.actions, options.action_count, sizeof(options.actions[0]),
        compare);
  while (next < options.action_count &&
         !trigger_is_exact(&options.actions[next])) {
    next++;
  }
  return singlestep != NULL;
}

bool quiet_owns_turn(void) {
  return owned;
}

static void look_at_idle_time(void) {
  struct cpu *before = *current;

  *current = NULL; /* the clock of a running core can not be read here */
  idle_ns = emulator.icount_get() - emulator.icount_get_raw();
  *current = before;
}

/* The state as it was when the block was entered; `from` lies in its code. */
static void undo_entry(uintptr_t from) {
  emulator.cpu_restore_state(*current, from, true);
}

/* Look up the block again. Does not return. */
static _Noreturn void enter_again(void) {
  emulator.cpu_loop_exit_noexc(*current);
  abort();
}

static int64_t due_next(void) {
  int64_t flip =
      next < options.action_count ? options.actions[next].time : INT64_MAX;
  int64_t branch = branch_due();
  int64_t checkpoint = checkpoint_due();
  int64_t due = flip < branch ? flip : branch;

  return due < checkpoint ? due : checkpoint;
}

static void fire_due(int64_t now) {
  while (branch_due() <= now && !branch_take()) {
  }
  while (checkpoint_due() <= now) {
    checkpoint_take();
  }
  while (next < options.action_count && options.actions[next].time <= now) {
    if (trigger_is_exact(&options.actions[next])) {
      trigger_act(&options.actions[next]);
    }
    next++;
  }
  while (next < options.action_count &&
         !trigger_is_exact(&options.actions[next])) {
    next++;
  }
}

/* One instruction of the stepped block, or code that an exception led to.
 * @return false when the block was left. */
static bool step(unsigned core, const struct block *block) {
  uint64_t at = executed - stepped_from;
  bool inside = core == last_core && at < stepped->count &&
                stepped->address[at] == block->address[0];

  if (inside && at + 1 < stepped->count) {
    return true;
  }
  *singlestep = 0;
  slice_charge(core, stepped->count);
  stepped = NULL;
  return inside;
}

static __attribute__((noinline)) void entered(unsigned core, void *opaque) {
  const struct block *block = opaque;
  uintptr_t from = (uintptr_t)__builtin_return_address(0) - BEFORE_RETURN;

  if (current == NULL) {
    current = emulator_current_core(); /* of this thread */
  }
  owned = stepped != NULL;
  int64_t due = due_next();
  if (due == INT64_MAX && stepped == NULL) {
    return;
  }
  if (core != last_core || idle_is_old) {
    look_at_idle_time();
  }
  int64_t now = (int64_t)executed + idle_ns;
  if (due <= now) {
    undo_entry(from);
    fire_due(due);
    enter_again();
  }
  if (stepped == NULL && due < now + (int64_t)block->count) {
    stepped = block;
    stepped_from = executed;
    last_core = core;
    *singlestep = 1;
    undo_entry(from);
    enter_again();
  }
  if (stepped != NULL && !step(core, block)) {
    undo_entry(from);
    enter_again();
  }
  last_core = core;
  idle_is_old = block->waits;
}

static bool is_wfi(const struct insn *insn) {
  const uint32_t *word = emulator.qemu_plugin_insn_data(insn);

  return emulator.qemu_plugin_insn_size(insn) == sizeof(*word) &&
         *word == WFI_ARM;
}

/* Nothing is to come, so code that is new need not be watched. */
static bool is_over(void) {
  return due_next() == INT64_MAX && stepped == NULL;
}

void quiet_translated(struct tb *tb) {
  size_t count = emulator.qemu_plugin_tb_n_insns(tb);

  if (!options.quiet || is_over()) {
    return;
  }
  struct block *block =
      malloc(sizeof(*block) + count * sizeof(block->address[0]));
  if (block == NULL) {
    abort();
  }
  block->count = count;
  block->waits = is_wfi(emulator.qemu_plugin_tb_get_insn(tb, count - 1));
  for (size_t i = 0; i < count; i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    block->address[i] = emulator.qemu_plugin_insn_vaddr(insn);
    emulator.qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
                                                        &executed, 1);
  }
  emulator.qemu_plugin_register_vcpu_tb_exec_cb(tb, entered,
                                                CALLBACK_NO_REGISTERS, block);
}
