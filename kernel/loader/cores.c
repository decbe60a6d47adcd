/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Global timer and snoop control unit: Cortex-A9 MPCore TRM DDI 0407 4.3 and
 * 2.2. Starting cores: IMX6DQRM chapter "System Reset Controller".
 */
#include "loader/cores.h"
#include "imx6/l2c310.h"
#include "imx6/memmap.h"
#include "kernel/arch.h"
#include "loader/config.h"

#define TIMER_CONTROL 0x08u
#define TIMER_ENABLE 1u
/* The emulator counts 100 MHz; the board PERIPHCLK = 396 MHz: divide by 4. */
#define TIMER_PRESCALE_BOARD (3u << 8)

#define SCU_CONTROL 0x00u
#define SCU_INVALIDATE 0x0cu
#define SCU_ENABLE 1u
#define SCU_ALL_WAYS 0xffffu

#define SRC_SCR 0x00u
#define SRC_ENTRY(core) (0x20u + 8 * (core))
#define SRC_ARGUMENT(core) (0x24u + 8 * (core))
#define SCR_CORE_ENABLE(core) (1u << (21 + (core)))

_Static_assert(ARCH_TIME_PER_US == 100, "prescalers below");

static volatile word_t *reg(paddr_t address) {
  return (volatile word_t *)address;
}

void cores_start_time(void) {
  word_t prescale =
      (boot_config.flags & BOOT_FLAG_EMULATOR) != 0 ? 0 : TIMER_PRESCALE_BOARD;
  *reg(GLOBAL_TIMER_BASE + TIMER_CONTROL) = prescale | TIMER_ENABLE;
}

void cores_prepare(void) {
  l2c310_enable(L2C310_BASE);
  *reg(SCU_BASE + SCU_INVALIDATE) = SCU_ALL_WAYS;
  *reg(SCU_BASE + SCU_CONTROL) |= SCU_ENABLE;
}

void cores_start(word_t core, paddr_t entry, word_t argument) {
  *reg(SRC_BASE + SRC_ENTRY(core)) = entry;
  *reg(SRC_BASE + SRC_ARGUMENT(core)) = argument;
  __asm__ volatile("dsb" ::: "memory"); /* partitions and GPRs are written */
  *reg(SRC_BASE + SRC_SCR) |= SCR_CORE_ENABLE(core);
}
