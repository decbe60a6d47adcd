/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own console output: one byte at a time to UART2, which the
 * loader has set up. Goes through hook_device_*, so that replicas write each
 * byte once. Must never block for ever: a stuck UART loses output only.
 * Registers: IMX6DQRM, chapter on the UART (uart.h).
 */
#include "imx6/memmap.h"
#include "imx6/uart.h"
#include "kernel/hooks.h"
#include "kernel/plat.h"

#define ROOM_TRIES 10000u /* far longer than a full FIFO takes at 115200 Bd */

void plat_console_put(char c) {
  for (word_t i = 0; i < ROOM_TRIES; i++) {
    word_t status = hook_device_read(UART2_BASE + UART_UTS, sizeof(word_t));
    if ((status & UTS_TXFULL) == 0) {
      break;
    }
  }
  hook_device_write(UART2_BASE + UART_UTXD, sizeof(word_t), (uint8_t)c);
}
