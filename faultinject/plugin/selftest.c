/* SPDX-License-Identifier: BSD-2-Clause */
/* Works on a page of RAM that the system never uses, and leaves it zero. */
#include "selftest.h"

#include "emulator.h"
#include "memory.h"

#define SCRATCH 0x4ff00000u
#define PAGE 4096u

#define DIGEST_EMPTY 0x5472697265656d65u
#define DIGEST_FLIPPED 0xe954ca053241be21u

static uint32_t read_word(uint64_t address) {
  uint32_t word = 0;

  emulator.cpu_physical_memory_rw(address, &word, sizeof(word), false);
  return word;
}

static const char *test_memory(void) {
  const struct digest_range range = {.name = "selftest",
                                     .all = {SCRATCH, SCRATCH + 2 * PAGE}};

  if (memory_digest(&range) != DIGEST_EMPTY) {
    return "scratch memory is not empty";
  }
  memory_flip(SCRATCH + PAGE + 2, 0x10);
  if (read_word(SCRATCH + PAGE) != 0x00100000u) {
    return "a memory flip is not read back";
  }
  if (memory_digest(&range) != DIGEST_FLIPPED) {
    return "a known flip does not give the known digest";
  }
  memory_flip(SCRATCH + PAGE + 2, 0x10);
  return memory_digest(&range) == DIGEST_EMPTY ? NULL
                                               : "a flip can not be undone";
}

static const char *test_registers(void) {
  for (int core = 0; core < emulator_count_cores(); core++) {
    uint32_t before = emulator_read_register(core, 5);
    emulator_write_register(core, 5, before ^ 0x40u);
    uint32_t after = emulator_read_register(core, 5);
    emulator_write_register(core, 5, before);
    if (after != (before ^ 0x40u)) {
      return "a register flip is not read back";
    }
  }
  return NULL;
}

const char *selftest_run(void) {
  if (emulator_count_cores() == 0) {
    return "the machine has no cores";
  }
  if (emulator.qemu_clock_get_ns(CLOCK_VIRTUAL) != 0) {
    return "virtual time does not start at 0 (is -icount on?)";
  }
  const char *failure = test_memory();
  return failure != NULL ? failure : test_registers();
}
