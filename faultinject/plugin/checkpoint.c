/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cores and devices are digested first: they differ in most trials that have
 * gone another way, and cost a tenth of what RAM costs. The emulator writes
 * them as for a snapshot; parts of that depend on the host's clock, but they
 * are set when the process starts, and all who compare come from one process.
 */
#define _GNU_SOURCE
#include "checkpoint.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "branch.h"
#include "emulator.h"
#include "memory.h"
#include "options.h"
#include "slice.h"
#include "trigger.h"

#define CHECKPOINTS_MAX 4096
#define RAM_BASE 0x10000000u
#define RAM_SIZE 0x40000000u
#define OCRAM_BASE 0x00900000u
#define OCRAM_SIZE 0x40000u

struct state {
  uint64_t machine; /* 0 = not recorded */
  uint64_t memory;
};

static struct state *states; /* by number; shared with all children */
static enum checkpoint_mode mode;
static uint64_t next; /* number of a checkpoint */
static uint64_t gap;
static bool equal_before; /* at the last checkpoint that was looked at */
static int64_t converged = -1;

bool checkpoint_start(void) {
  if (options.checkpoints == 0) {
    return true;
  }
  states = mmap(NULL, CHECKPOINTS_MAX * sizeof(*states), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return states != MAP_FAILED;
}

void checkpoint_begin(enum checkpoint_mode wanted, int64_t now) {
  if (states != NULL) {
    mode = wanted;
    next = (uint64_t)(now / options.checkpoints) + 1;
    gap = 1;
  }
}

int64_t checkpoint_due(void) {
  bool any = mode != CHECKPOINT_NONE && next < CHECKPOINTS_MAX;

  return any ? (int64_t)next * options.checkpoints : INT64_MAX;
}

/* The emulator's snapshot without RAM, in a file in memory. -1 = failed. */
static int save_machine(void) {
  int file = memfd_create("checkpoint", 0);
  struct channel *channel = emulator.qio_channel_file_new_fd(dup(file));
  struct saved *saved = emulator.qemu_file_new_output(channel);
  struct cpu **current = emulator_current_core();
  struct cpu *running = *current;

  emulator.qemu_mutex_lock_iothread_impl(__FILE__, __LINE__);
  *current = NULL; /* clocks of a running core can not be read */
  int failed = emulator.qemu_save_device_state(saved);
  *current = running;
  emulator.qemu_mutex_unlock_iothread();
  failed |= emulator.qemu_fclose(saved);
  if (failed != 0) {
    close(file);
    return -1;
  }
  return file;
}

static uint64_t digest_file(int file, uint64_t value) {
  off_t size = lseek(file, 0, SEEK_END);
  void *bytes = size <= 0
                    ? MAP_FAILED
                    : mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, file, 0);

  if (bytes == MAP_FAILED) {
    return value;
  }
  value = memory_fold(value, bytes, (size_t)size);
  munmap(bytes, (size_t)size);
  return value;
}

static uint64_t digest_machine(void) {
  int file = save_machine();
  int console = branch_console();
  uint64_t turn[] = {slice_core(), (uint64_t)slice_left()};

  if (file < 0) {
    return 0;
  }
  uint64_t value = memory_fold(0, turn, sizeof(turn));
  value = digest_file(console, digest_file(file, value));
  close(file);
  close(console);
  return value == 0 ? 1 : value;
}

static uint64_t digest_memory(void) {
  const struct digest_range ranges[] = {
      {.name = "ram", .all = {RAM_BASE, (uint64_t)RAM_BASE + RAM_SIZE}},
      {.name = "ocram", .all = {OCRAM_BASE, OCRAM_BASE + OCRAM_SIZE}}};

  return memory_digest(&ranges[0]) ^ memory_digest(&ranges[1]) << 1;
}

static _Noreturn void end(void) {
  converged = (int64_t)next * options.checkpoints;
  *emulator_current_core() = NULL; /* as when the emulator ends by itself */
  exit(CONVERGED_STATUS);
}

static bool is_equal(const struct state *state) {
  return state->machine != 0 && state->machine == digest_machine() &&
         state->memory == digest_memory();
}

void checkpoint_take(void) {
  struct state *state = &states[next];

  if (mode == CHECKPOINT_RECORD) {
    state->memory = digest_memory();
    state->machine = digest_machine();
    next++;
  } else if (!is_equal(state)) {
    equal_before = false;
    next += gap;
    gap *= 2;
  } else if (equal_before) {
    end();
  } else {
    equal_before = true;
    next++;
  }
}

int64_t checkpoint_converged(void) {
  return converged;
}
