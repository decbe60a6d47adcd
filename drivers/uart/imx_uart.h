/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the i.MX6 UART: offsets from its base, and the fields that the
 * driver uses. IMX6DQRM chapter 64 (UART), 64.15 memory map. All registers are
 * 32 bits wide.
 */
#pragma once

#define UART_URXD 0x00u /* receiver: one byte of the FIFO per read */
#define UART_URXD_CHARRDY (1u << 15)
#define UART_URXD_ERR (1u << 14)

#define UART_UTXD 0x40u /* transmitter: one byte into the FIFO per write */

#define UART_UCR1 0x80u
#define UART_UCR1_UARTEN (1u << 0)
#define UART_UCR1_TXMPTYEN (1u << 6) /* interrupt: transmit FIFO empty */
#define UART_UCR1_RRDYEN (1u << 9)   /* interrupt: receiver ready */

#define UART_UCR2 0x84u
#define UART_UCR2_SRST (1u << 0) /* 0 would reset the device */
#define UART_UCR2_RXEN (1u << 1)
#define UART_UCR2_TXEN (1u << 2)
#define UART_UCR2_IRTS (1u << 14) /* ignore the RTS pin */

#define UART_UFCR 0x90u
#define UART_UFCR_RXTL_MASK 0x3fu /* receiver ready from so many bytes on */

#define UART_USR2 0x98u
#define UART_USR2_TXDC (1u << 3)  /* FIFO and shift register are empty */
#define UART_USR2_TXFE (1u << 14) /* transmit FIFO is empty */

#define UART_TX_FIFO_SIZE 32u
