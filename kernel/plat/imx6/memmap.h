/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical addresses of the i.MX6Quad on the SabreLite board: IMX6DQRM chapter
 * 2 (memory map), Cortex-A9 MPCore TRM DDI 0407 for the private region. Only
 * what kernel or loader touch, or what user level must not own.
 */
#pragma once

#define BOOT_ROM_END 0x00100000u /* ROM and its reserved neighbours, from 0 */
#define OCRAM_BASE 0x00900000u   /* on-chip RAM and its aliases */
#define PRIVATE_END 0x00a03000u  /* of SCU, GIC, core timers, L2 controller */
#define SCU_BASE 0x00a00000u
#define GLOBAL_TIMER_BASE 0x00a00200u
#define L2C310_BASE 0x00a02000u
#define WDOG1_BASE 0x020bc000u
#define SRC_BASE 0x020d8000u /* system reset controller */
#define SRC_END 0x020dc000u
#define UART2_BASE 0x021e8000u /* the board's console */
#define DRAM_BASE 0x10000000u
#define DRAM_END 0x50000000u /* 1 GiB */
