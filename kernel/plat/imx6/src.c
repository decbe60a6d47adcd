/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking a core away by the system reset controller: IMX6DQRM chapter "System
 * Reset Controller". Cores 1-3 have an enable bit. Core 0 has none: it is
 * reset, and its boot ROM sends it to the address in GPR1, the parking stub.
 * Any core can write these registers; nothing else may call this but replica
 * control, after the others have agreed on a conviction.
 */
#include "imx6/memmap.h"
#include "kernel/arch.h"
#include "kernel/plat.h"

struct src {
  volatile word_t scr;      /* 0x00: control */
  volatile word_t other[7]; /* 0x04 */
  volatile word_t gpr[10];  /* 0x20: GPR1 is gpr[0] */
};

_Static_assert(offsetof(struct src, gpr) == 0x20, "SRC_GPR1");

#define SCR_CORE0_RESET (1u << 13)
#define SCR_CORE_ENABLE(core) (1u << (21 + (core))) /* cores 1-3 */
#define CONFIRM_TRIES 10000u

/* Wait until all bits of `mask` read 0. */
SECTION(".text.wait.src")
static bool confirm_clear(const struct src *src, word_t mask) {
  for (word_t i = 0; i < CONFIRM_TRIES; i++) {
    if ((src->scr & mask) == 0) {
      return true;
    }
    arch_wait_for_event(); /* lets the emulator carry out the reset */
  }
  return false;
}

bool plat_core_stop(word_t core, paddr_t parking_stub) {
  struct src *src = (struct src *)arch_device_ptr(SRC_BASE);
  if (core == 0) {
    src->gpr[0] = parking_stub;
    src->gpr[1] = 0;
    arch_memory_barrier();
    src->scr |= SCR_CORE0_RESET;
    return confirm_clear(src, SCR_CORE0_RESET);
  }
  src->scr &= ~SCR_CORE_ENABLE(core);
  return confirm_clear(src, SCR_CORE_ENABLE(core));
}

/* GPR1 and GPR2 belong to core 0, the next pair to core 1, and so on. */
void plat_core_start(word_t core, paddr_t entry, paddr_t argument) {
  struct src *src = (struct src *)arch_device_ptr(SRC_BASE);
  src->gpr[2 * core] = entry;
  src->gpr[2 * core + 1] = argument;
  arch_memory_barrier();
  src->scr |= core == 0 ? SCR_CORE0_RESET : SCR_CORE_ENABLE(core);
}
