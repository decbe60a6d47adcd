/* SPDX-License-Identifier: BSD-2-Clause */
/* One timer per action; those that are due together fire together. */
#include "trigger.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "options.h"
#include "pace.h"
#include "registers.h"
#include "stuck.h"
#include "watchdog.h"

struct trigger_facts trigger_facts;
bool trigger_limit_reached;

static struct timer timers[ACTIONS_MAX];

static void note_facts(const struct action *action) {
  if (trigger_facts.fired) {
    return;
  }
  trigger_facts.fired = true;
  trigger_facts.fired_ns = action->time;
  if (!options.quiet) { /* the timer can not be read while a core runs */
    trigger_facts.fired_ns = emulator.qemu_clock_get_ns(CLOCK_VIRTUAL);
    trigger_facts.stamp = emulator_read_global_timer();
  }
  for (int core = 0; core < emulator_count_cores(); core++) {
    trigger_facts.pc[core] = emulator_read_register(core, 15);
    trigger_facts.cpsr[core] = emulator_read_register(core, 25);
  }
}

static uint32_t byte_at(uint64_t address) {
  uint8_t byte = 0;

  emulator.cpu_physical_memory_rw(address, &byte, 1, false);
  return byte;
}

static void flip_memory(const struct action *action) {
  trigger_facts.before = byte_at(action->address);
  memory_flip(action->address, (uint8_t)action->mask);
  trigger_facts.after = byte_at(action->address);
}

static void flip_register(const struct action *action) {
  uint32_t value = emulator_read_register(action->core, action->reg);
  trigger_facts.before = value;
  emulator_write_register(action->core, action->reg, value ^ action->mask);
  trigger_facts.after = emulator_read_register(action->core, action->reg);
}

/* A flip that is not made must never count as one that was harmless. */
static void flip_named(const struct action *action) {
  if (!registers_flip(action->core, action->name, action->mask,
                      &trigger_facts.before)) {
    fprintf(stderr, "trireme-plugin: no way to write register %s\n",
            action->name);
    _exit(EXIT_FAILURE); /* without a report: nothing was observed */
  }
  trigger_facts.after = trigger_facts.before ^ action->mask;
}

static void dump(const struct action *action) {
  if (!memory_dump(action->address, action->length, action->file)) {
    fprintf(stderr, "trireme-plugin: can not dump to %s\n", action->file);
    exit(EXIT_FAILURE);
  }
}

/* Runs on a core's thread: the only place where stopping all is exact. */
static void stop_everything(struct cpu *cpu, uintptr_t data) {
  static bool stopped;

  (void)cpu;
  (void)data;
  if (!stopped) {
    stopped = true;
    emulator.pause_all_vcpus();
    emulator.vm_stop(RUN_STATE_PAUSED);
  }
}

static void pause_machine(void) {
  for (int core = 0; core < emulator_count_cores(); core++) {
    emulator.async_run_on_cpu(emulator.qemu_get_cpu(core), stop_everything, 0);
  }
}

bool trigger_is_exact(const struct action *action) {
  return action->kind <= ACTION_PAUSE;
}

static void flush_tlbs(void) {
  for (int core = 0; core < emulator_count_cores(); core++) {
    emulator.tlb_flush(emulator.qemu_get_cpu(core));
  }
}

void trigger_act(const struct action *action) {
  note_facts(action);
  switch (action->kind) {
  case ACTION_MEMORY:
    flip_memory(action);
    break;
  case ACTION_REGISTER:
    flip_register(action);
    break;
  case ACTION_NAMED:
    flip_named(action);
    break;
  case ACTION_STUCK:
    stuck_hold(action->address, (uint8_t)action->mask, (uint8_t)action->level);
    break;
  case ACTION_RELEASE:
    stuck_release();
    break;
  case ACTION_FLUSH:
    flush_tlbs();
    break;
  case ACTION_PAUSE:
    pause_machine();
    break;
  case ACTION_NULL:
  case ACTION_DUMP:
  case ACTION_LIMIT:
    break;
  }
}

static void fire(void *opaque) {
  const struct action *action = opaque;

  switch (action->kind) {
  case ACTION_DUMP:
    watchdog_hold(true);
    dump(action);
    watchdog_hold(false);
    break;
  case ACTION_LIMIT:
    trigger_limit_reached = true;
    exit(LIMIT_STATUS);
  case ACTION_NULL:
  case ACTION_MEMORY:
  case ACTION_REGISTER:
  case ACTION_NAMED:
  case ACTION_STUCK:
  case ACTION_RELEASE:
  case ACTION_FLUSH:
  case ACTION_PAUSE:
    trigger_act(action);
    break;
  }
}

void trigger_start(void) {
  static bool armed;

  if (armed) {
    return; /* a second start comes after a debugger's pause */
  }
  armed = true;
  if (options.pace >= 0) {
    pace_start();
    return;
  }
  for (size_t i = 0; i < options.action_count; i++) {
    struct action *action = &options.actions[i];
    if (options.quiet && trigger_is_exact(action)) {
      continue;
    }
    emulator.timer_init_full(&timers[i], NULL, CLOCK_VIRTUAL, 1, 0, fire,
                             action);
    emulator.timer_mod_ns(&timers[i], action->time);
  }
}
