/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Console output of the loader: one line, and only when it refuses to boot.
 * Writes to UART2 directly: no kernel runs yet.
 */
#include "loader/report.h"
#include "imx6/memmap.h"
#include "imx6/semihosting.h"
#include "imx6/uart.h"
#include "kernel/plat.h"
#include "loader/config.h"
#include <stdarg.h>

static volatile word_t *uart(word_t offset) {
  return (volatile word_t *)(UART2_BASE + offset);
}

void report_init(void) {
  *uart(UART_UCR1) = UCR1_UARTEN;
  *uart(UART_UCR2) = UCR2_IRTS | UCR2_WS | UCR2_TXEN | UCR2_RXEN | UCR2_SRST;
  *uart(UART_UCR3) = UCR3_RXDMUXSEL;
  *uart(UART_UCR4) = 0;
  *uart(UART_UFCR) = UFCR_TXTL_2 | UFCR_RFDIV_1 | UFCR_RXTL_1;
  *uart(UART_UBIR) = 16 - 1; /* baud = clock / (UBMR + 1) */
  *uart(UART_UBMR) = UART_CLOCK_HZ / UART_BAUD - 1;
}

static void put_char(char c) {
  while ((*uart(UART_UTS) & UTS_TXFULL) != 0) {
  }
  *uart(UART_UTXD) = (uint8_t)c;
}

static void put_string(const char *s) {
  while (*s != '\0') {
    put_char(*s++);
  }
}

static void put_number(word_t value, word_t base) {
  char digits[10];
  word_t count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  while (count > 0) {
    put_char(digits[--count]);
  }
}

static void put_format(const char *format, va_list arguments) {
  for (; *format != '\0'; format++) {
    if (*format != '%') {
      put_char(*format);
      continue;
    }
    format++;
    if (*format == 'x') {
      put_string("0x");
      put_number(va_arg(arguments, word_t), 16);
    } else {
      put_number(va_arg(arguments, word_t), 10);
    }
  }
}

void report_refuse(const char *part, const char *format, ...) {
  va_list arguments;
  put_string("trireme loader: ");
  put_string(part);
  put_string(": ");
  va_start(arguments, format);
  put_format(format, arguments);
  va_end(arguments);
  put_string("\r\n");
  while ((*uart(UART_UTS) & UTS_TXEMPTY) == 0) {
  }
  if ((boot_config.flags & BOOT_FLAG_EMULATOR) != 0) {
    semihosting_exit(PLAT_STATUS_REFUSED);
  }
  for (;;) {
    __asm__ volatile("wfi");
  }
}
