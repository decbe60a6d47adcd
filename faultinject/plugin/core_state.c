/* SPDX-License-Identifier: BSD-2-Clause */
/* A pattern in r0-r3 finds the registers; the next core tells the size. */
#define _GNU_SOURCE
#include "core_state.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator.h"

#define SEEN 4 /* registers that hold the pattern */

static size_t state_size; /* 0 = not found */
static size_t registers_offset;

bool core_state_peek(const void *from, void *to, size_t size) {
  struct iovec here = {to, size};
  struct iovec there = {(void *)(uintptr_t)from, size};

  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)size;
}

uint8_t *core_state(int core) {
  return (uint8_t *)emulator.qemu_get_cpu(core);
}

size_t core_state_size(void) {
  return state_size;
}

size_t core_state_registers(void) {
  return registers_offset;
}

uint32_t *core_state_word(int core, size_t offset) {
  return (uint32_t *)(void *)(core_state(core) + offset);
}

/* @return the first place of the pattern, or `size`. */
static size_t place_of(const uint32_t pattern[SEEN], size_t size) {
  const uint8_t *core = core_state(0);

  for (size_t at = 0; at + SEEN * sizeof(*pattern) <= size; at += 4) {
    if (memcmp(core + at, pattern, SEEN * sizeof(*pattern)) == 0) {
      return at;
    }
  }
  return size;
}

bool core_state_find(void) {
  uint32_t pattern[SEEN];
  uint32_t before[SEEN];
  const uint8_t *other = core_state(1);

  if (state_size != 0 || other == NULL) {
    return state_size != 0;
  }
  size_t size = (size_t)(other - core_state(0)); /* they lie side by side */
  if (other < core_state(0) || size > STATE_MAX) {
    return false;
  }
  for (int i = 0; i < SEEN; i++) {
    before[i] = emulator_read_register(0, i);
    pattern[i] = 0x54726900u + (uint32_t)i * 0x01010101u;
    emulator_write_register(0, i, pattern[i]);
  }
  size_t found = place_of(pattern, size);
  for (int i = 0; i < SEEN; i++) {
    emulator_write_register(0, i, before[i]);
  }
  if (found < size) {
    registers_offset = found;
    state_size = size;
  }
  return state_size != 0;
}
