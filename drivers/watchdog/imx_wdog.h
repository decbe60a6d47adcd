/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of an i.MX6 watchdog: offsets from its base, and the fields that
 * the driver uses. IMX6DQRM chapter 70 (WDOG), "Memory Map". All registers are
 * 16 bits wide.
 */
#pragma once

#define WDOG_WCR 0x0u
#define WDOG_WCR_TIMEOUT(half_seconds) (((half_seconds)-1u) << 8)
#define WDOG_WCR_WDA (1u << 5) /* 0 would assert the external signal */
#define WDOG_WCR_SRS (1u << 4) /* 0 would reset at once */
#define WDOG_WCR_WDT (1u << 3) /* the time-out asserts the external signal */
#define WDOG_WCR_WDE (1u << 2) /* enable; can not be taken back */

#define WDOG_WSR 0x2u /* service: two writes in this order */
#define WDOG_WSR_FIRST 0x5555u
#define WDOG_WSR_SECOND 0xaaaau

#define WDOG_WICR 0x6u /* interrupt before the time-out; written once */
#define WDOG_WICR_WIE (1u << 15)
#define WDOG_WICR_WTIS (1u << 14) /* has come; write 1 to clear */
#define WDOG_WICR_WICT_MAX 0xffu  /* half seconds before */

#define WDOG_WMCR 0x8u /* 0 ends the power-down counter of 16 s */
