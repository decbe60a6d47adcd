/* SPDX-License-Identifier: BSD-2-Clause */
/* What every board provides to the kernel and to replica control. */
#pragma once

#include "abi/boot.h"
#include "abi/types.h"
#include "kernel/compiler.h"

/* Boot: before anything else, so that a failing boot can end the run. */
void plat_init(const struct boot_config *config);

struct plat_region {
  paddr_t start;
  paddr_t end; /* exclusive; 0 stands for 2^32 */
};

/*
 * Physical address ranges that user level may own as device untyped memory,
 * ascending. Excludes all RAM but the RAM disk of `config`, the interrupt
 * controller, core timers, reset controller, boot ROM and on-chip RAM.
 * @return Number of regions written, at most `max`.
 */
word_t plat_device_regions(const struct boot_config *config,
                           struct plat_region *regions, word_t max);

/* Console byte: waits for room; both accesses go through hook_device_*. */
void plat_console_put(char c);

/*
 * Take core `core` away from the system: cores 1-3 are disabled, core 0 is
 * reset into the parking stub. Direct access, device window open.
 * @return True when the reset controller confirms it.
 */
bool plat_core_stop(word_t core, paddr_t parking_stub);

/*
 * Start core `core` (which was taken away) at real address `entry` with
 * `argument` in r0. Direct access, device window open.
 */
void plat_core_start(word_t core, paddr_t entry, paddr_t argument);

/*
 * With BOOT_FLAG_RESTART: start the watchdog that restarts the board, and feed
 * it at every agreed tick that it is due. Both go through hook_device_write,
 * so in all replicas at the same logical time.
 */
void plat_watchdog_start(const struct boot_config *config);
void plat_watchdog_tick(void);

/* Was it started? Then a stopped system is restarted. */
bool plat_watchdog_runs(void);

/*
 * End of everything: in the emulator (BOOT_FLAG_EMULATOR) the run ends with
 * exit status `status`; on the board the core sleeps for ever. It sleeps in
 * the emulator too after a fail-stop or panic that the watchdog shall end.
 */
NORETURN void plat_power_off(word_t status);

/* Exit statuses of the emulator; the last event record tells the story. */
enum plat_status {
  PLAT_STATUS_EXIT = 32,     /* ordered end */
  PLAT_STATUS_FAILSTOP = 33, /* a fail-stop */
  PLAT_STATUS_PANIC = 34,    /* kernel exception without replication */
  PLAT_STATUS_REFUSED = 35,  /* loader or kernel refused to boot */
};
