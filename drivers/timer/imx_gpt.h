/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the i.MX6 general purpose timer: offsets from its base, and the
 * fields that the driver uses. IMX6DQRM chapter 30 (GPT), 30.6 memory map. All
 * registers are 32 bits wide.
 */
#pragma once

#define GPT_CR 0x00u
#define GPT_CR_EN (1u << 0)
#define GPT_CR_ENMOD (1u << 1)      /* count from 0 when enabled */
#define GPT_CR_WAITEN (1u << 3)     /* runs on while the cores sleep */
#define GPT_CR_CLKSRC_IPG (1u << 6) /* peripheral clock, 66 MHz */
#define GPT_CR_FRR (1u << 9)        /* free run: no restart at a compare */

#define GPT_PR 0x04u   /* divides by value + 1 */
#define GPT_SR 0x08u   /* write 1 to clear */
#define GPT_IR 0x0cu   /* interrupt enables, at the bits of SR */
#define GPT_OCR1 0x10u /* compare 1 */
#define GPT_CNT 0x24u  /* the counter */

#define GPT_SR_OF1 (1u << 0) /* compare 1 reached */

#define GPT_CLOCK_MHZ 66u
