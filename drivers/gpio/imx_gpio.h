/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of an i.MX6 GPIO bank: offsets from its base. IMX6DQRM chapter 28
 * (GPIO), 28.5 memory map. All registers are 32 bits wide, a bit for each pin.
 */
#pragma once

#define GPIO_DR 0x00u   /* outputs; of inputs it reads the level */
#define GPIO_GDIR 0x04u /* 1: output */
#define GPIO_ICR1 0x0cu /* two bits for each of pins 0-15: what interrupts */
#define GPIO_IMR 0x14u  /* 1: interrupts */
#define GPIO_ISR 0x18u  /* has happened; write 1 to clear */
