/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UART registers and bits that the kernel's console and the loader use:
 * IMX6DQRM chapter "Universal Asynchronous Receiver/Transmitter".
 */
#pragma once

#define UART_UTXD 0x40u /* transmit data */
#define UART_UCR1 0x80u /* control 1 */
#define UART_UCR2 0x84u
#define UART_UCR3 0x88u
#define UART_UCR4 0x8cu
#define UART_UFCR 0x90u /* FIFO control */
#define UART_UBIR 0xa4u /* baud rate: reference / 16 * (UBIR+1) / (UBMR+1) */
#define UART_UBMR 0xa8u
#define UART_UTS 0xb4u /* test register */

#define UCR1_UARTEN (1u << 0)
#define UCR2_SRST (1u << 0) /* 0 would reset */
#define UCR2_RXEN (1u << 1)
#define UCR2_TXEN (1u << 2)
#define UCR2_WS (1u << 5)        /* 8 bits */
#define UCR2_IRTS (1u << 14)     /* ignore RTS */
#define UCR3_RXDMUXSEL (1u << 2) /* must be set on this chip */
#define UFCR_TXTL_2 (2u << 10)
#define UFCR_RFDIV_1 (5u << 7) /* reference clock undivided */
#define UFCR_RXTL_1 (1u << 0)
#define UTS_TXFULL (1u << 4)
#define UTS_TXEMPTY (1u << 6)

#define UART_CLOCK_HZ 80000000u /* uart_clk_root as the boot ROM leaves it */
#define UART_BAUD 115200u
