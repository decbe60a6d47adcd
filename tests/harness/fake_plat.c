/* SPDX-License-Identifier: BSD-2-Clause */
/* See fake_plat.h. */
#include "harness/fake_plat.h"

#include "kernel/plat.h"

#include <stdlib.h>

struct fake_plat fake_plat;
void (*fake_plat_end)(void);

void plat_init(const struct boot_config *config) {
  (void)config;
}

word_t plat_device_regions(const struct boot_config *config,
                           struct plat_region *regions, word_t max) {
  (void)config;
  if (max == 0)
    return 0;
  regions[0] = (struct plat_region){.start = 0x02000000u, .end = 0x02200000u};
  return 1;
}

void plat_console_put(char c) {
  if (fake_plat.chars < FAKE_TEXT_SIZE - 1)
    fake_plat.text[fake_plat.chars] = c;
  fake_plat.last_char = c;
  fake_plat.chars++;
}

void plat_watchdog_start(const struct boot_config *config) {
  fake_plat.watchdog_flags = config->flags & BOOT_FLAG_RESTART;
}

void plat_watchdog_tick(void) {
  fake_plat.ticks++;
}

bool plat_watchdog_runs(void) {
  return fake_plat.watchdog_flags != 0;
}

NORETURN void plat_power_off(word_t status) {
  fake_plat.status = status;
  if (fake_plat_end != NULL)
    fake_plat_end();
  abort();
}
