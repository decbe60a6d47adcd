/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel virtual map of this port, for C and assembly. The kernel owns
 * everything from USER_TOP (abi/object.h) on; the same in all replicas.
 *
 *   0xe0000000  RAM of the own partition, 1 MiB sections, domain 0
 *   0xf0000000  shared region, 4 KiB pages: own block writable, others not
 *   0xf0100000  core-local page (SCU, GIC CPU interface, core timers), domain 0
 *   0xf0200000  peripherals AIPS-1 and AIPS-2, 2 MiB        \
 *   0xf0400000  interrupt distributor, one page              > domain 1
 *   0xf1000000  RAM disk, 16 MiB, read only                 |
 *   0xf2000000  one foreign page while it is copied         |
 *   0xf3000000  device-visible image, uncached              /
 */
#pragma once

#define LAYOUT_RAM 0xe0000000
#define LAYOUT_SHARED 0xf0000000
#define LAYOUT_LOCAL 0xf0100000
#define LAYOUT_AIPS 0xf0200000
#define LAYOUT_GICD 0xf0400000
#define LAYOUT_RAMDISK 0xf1000000
#define LAYOUT_FOREIGN 0xf2000000
#define LAYOUT_RAM_MAX 0x0d000000 /* bytes of RAM that fit both windows */
#define LAYOUT_IMAGE 0xf3000000

/* Cortex-A9 private memory region, found by CBAR on i.MX6 (0x00a00000):
 * Cortex-A9 MPCore TRM DDI 0407, 1.5. */
#define CORE_LOCAL_PADDR 0x00a00000
#define CORE_GICC 0x100          /* GIC CPU interface */
#define CORE_GLOBAL_TIMER 0x200  /* one counter, a comparator per core */
#define CORE_PRIVATE_TIMER 0x600 /* a counter per core */
#define GICD_PADDR 0x00a01000

#define AIPS_PADDR 0x02000000
#define AIPS_SIZE 0x00200000

#define SECTION_SHIFT 20
#define MODE_USER 0x10
#define MODE_SUPERVISOR 0x13

#define KERNEL_STACK_SIZE 8192
#define EXCEPTION_STACK_SIZE 2048
