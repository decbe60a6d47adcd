/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What user level may own of this board, and how a run ends. Must never offer
 * a range from which user level could reach another replica or stop a core.
 * Addresses: IMX6DQRM chapter 2 (memmap.h).
 */
#include "kernel/plat.h"
#include "abi/memory.h"
#include "imx6/memmap.h"
#include "imx6/semihosting.h"
#include "kernel/arch.h"

_Static_assert(RAM_BASE == DRAM_BASE, "abi/memory.h is about this board");
_Static_assert(RAMDISK_BASE + RAMDISK_MAX < DRAM_END, "RAM disk lies in DRAM");

/* Equal in all replicas; set before anything can fail. */
static bool in_emulator;

/* Gaps between these are: boot ROM, on-chip RAM, the cores' private region,
 * the reset controller, and all RAM but the RAM disk. */
static const struct plat_region device_regions[] = {
    {BOOT_ROM_END, OCRAM_BASE},
    {PRIVATE_END, SRC_BASE},
    {SRC_END, DRAM_BASE},
    {RAMDISK_BASE, RAMDISK_BASE + RAMDISK_MAX},
    {DRAM_END, 0},
};

word_t plat_device_regions(const struct boot_config *config,
                           struct plat_region *regions, word_t max) {
  (void)config; /* the RAM disk's range is fixed, so that slots never move */
  word_t count = 0;
  while (count < ARRAY_SIZE(device_regions) && count < max) {
    regions[count] = device_regions[count];
    count++;
  }
  return count;
}

void plat_init(const struct boot_config *config) {
  in_emulator = (config->flags & BOOT_FLAG_EMULATOR) != 0;
}

/* One that has flipped on its way must not end the run: another replica will.
 */
static bool is_known(word_t status) {
  return status >= PLAT_STATUS_EXIT && status <= PLAT_STATUS_REFUSED;
}

SECTION(".text.wait.off") NORETURN void plat_power_off(word_t status) {
  bool restarts = plat_watchdog_runs() && (status == PLAT_STATUS_FAILSTOP ||
                                           status == PLAT_STATUS_PANIC);
  if (in_emulator && !restarts && is_known(status)) {
    semihosting_exit(status);
  }
  arch_interrupts_stop();
  for (;;) {
    arch_wait_for_interrupt();
  }
}
