/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * WDOG1 restarts the board when the system is no longer served by an agreed
 * majority: IMX6DQRM, chapter "Watchdog Timer (WDOG1-2)". It is started and fed
 * through hook_device_write only, so every feed has been voted on and done
 * once; a replica that has stopped, or that waits for others, feeds nothing.
 * Nobody asks for a reset at once: a replica that wrongly takes itself for the
 * last one must not be able to take healthy ones down.
 */
#include "imx6/memmap.h"
#include "kernel/hooks.h"
#include "kernel/plat.h"

/* All registers have 16 bits. */
#define WDOG_WCR (WDOG1_BASE + 0x0u)  /* control */
#define WDOG_WSR (WDOG1_BASE + 0x2u)  /* service: two writes in this order */
#define WDOG_WMCR (WDOG1_BASE + 0x8u) /* miscellaneous control */
#define WIDTH 2u

#define WCR_TIMEOUT(half_seconds) (((half_seconds)-1u) << 8)
#define WCR_WDA (1u << 5) /* 0 would assert the external signal */
#define WCR_SRS (1u << 4) /* 0 would reset at once */
#define WCR_WDE (1u << 2) /* enable; can not be taken back */
#define WSR_FIRST 0x5555u
#define WSR_SECOND 0xaaaau
#define WMCR_NO_POWER_DOWN 0u /* the 16 s counter is on after a reset */

#define HALF_SECOND_US 500000u
#define TIMEOUT_HALF_SECONDS 2u
#define FEED_US 250000u

_Static_assert(2 * (FEED_US + BOOT_RESTART_TICK_MAX_US) <
                   TIMEOUT_HALF_SECONDS * HALF_SECOND_US,
               "one feed in each time-out may be lost");

/* Equal in all replicas. */
static word_t feed_ticks; /* 0: not started */
static word_t ticks_left;

void plat_watchdog_start(const struct boot_config *config) {
  if ((config->flags & BOOT_FLAG_RESTART) == 0) {
    return;
  }
  feed_ticks = FEED_US / config->tick_us;
  ticks_left = feed_ticks;
  hook_device_write(WDOG_WMCR, WIDTH, WMCR_NO_POWER_DOWN);
  word_t control = WCR_TIMEOUT(TIMEOUT_HALF_SECONDS) | WCR_WDA | WCR_SRS;
  hook_device_write(WDOG_WCR, WIDTH, control);
  hook_device_write(WDOG_WCR, WIDTH, control | WCR_WDE);
}

void plat_watchdog_tick(void) {
  if (feed_ticks == 0 || --ticks_left != 0) {
    return;
  }
  ticks_left = feed_ticks;
  hook_device_write(WDOG_WSR, WIDTH, WSR_FIRST);
  hook_device_write(WDOG_WSR, WIDTH, WSR_SECOND);
}

bool plat_watchdog_runs(void) {
  return feed_ticks != 0;
}
