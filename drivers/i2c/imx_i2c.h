/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the i.MX6 I2C controller: offsets from its base, and the fields
 * that the driver uses. IMX6DQRM chapter 35 (I2C), 35.7 memory map. All
 * registers are 16 bits wide.
 */
#pragma once

#define I2C_IFDR 0x04u     /* clock divider */
#define I2C_IFDR_768 0x39u /* 66 MHz / 768 = 86 kHz */

#define I2C_I2CR 0x08u
#define I2C_I2CR_IEN (1u << 7)  /* enabled */
#define I2C_I2CR_IIEN (1u << 6) /* interrupt enabled */
#define I2C_I2CR_MSTA (1u << 5) /* 1: start, 0: stop */
#define I2C_I2CR_MTX (1u << 4)  /* transmit */
#define I2C_I2CR_TXAK (1u << 3) /* do not acknowledge the next byte */
#define I2C_I2CR_RSTA (1u << 2) /* repeated start */

#define I2C_I2SR 0x0cu
#define I2C_I2SR_IAL (1u << 4)  /* arbitration lost; write 0 to clear */
#define I2C_I2SR_IIF (1u << 1)  /* a byte is through; write 0 to clear */
#define I2C_I2SR_RXAK (1u << 0) /* nobody acknowledged it */

#define I2C_I2DR                                                               \
  0x10u /* writing sends; reading gives a byte, takes the next                 \
         */
