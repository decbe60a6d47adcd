/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the i.MX6 enhanced periodic interrupt timer: offsets from its
 * base, and the fields that the driver uses. IMX6DQRM chapter 24 (EPIT), 24.6
 * memory map. All registers are 32 bits wide.
 */
#pragma once

#define EPIT_CR 0x00u
#define EPIT_CR_EN (1u << 0)
#define EPIT_CR_ENMOD (1u << 1) /* count from the top when enabled */
#define EPIT_CR_OCIEN (1u << 2) /* interrupt on compare; RLD 0: runs free */
#define EPIT_CR_PRESCALAR(divider) (((divider)-1) << 4)
#define EPIT_CR_IOVW (1u << 17)       /* a write of LR sets the counter */
#define EPIT_CR_WAITEN (1u << 19)     /* runs on while the cores sleep */
#define EPIT_CR_CLKSRC_IPG (1u << 24) /* peripheral clock, 66 MHz */

#define EPIT_SR 0x04u
#define EPIT_SR_OCIF (1u << 0) /* compare reached; write 1 to clear */
#define EPIT_LR 0x08u          /* load value */
#define EPIT_CMPR 0x0cu        /* compare */
#define EPIT_CNR 0x10u         /* the counter: down */

#define EPIT_CLOCK_MHZ 66u
