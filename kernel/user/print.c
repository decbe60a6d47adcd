/* SPDX-License-Identifier: BSD-2-Clause */
/* Words on the kernel's console, and panic. */
#include "rt/print.h"

#include "rt/exit.h"
#include "rt/start.h"
#include "sel4/syscalls.h"

void rt_print(const char *text) {
  for (; *text != '\0'; text++) {
    seL4_DebugPutChar(*text);
  }
}

void rt_print_hex(word_t value) {
  rt_print("0x");
  for (int shift = WORD_BITS - 4; shift >= 0; shift -= 4) {
    seL4_DebugPutChar("0123456789abcdef"[(value >> shift) & 0xf]);
  }
}

void rt_print_decimal(word_t value) {
  char digits[11] = {0}; /* 4294967295 and a NUL */
  char *first = &digits[sizeof digits - 1];
  do {
    *--first = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  rt_print(first);
}

_Noreturn void rt_panic(const char *what) {
  const struct rt_start *start = rt_start_page();
  rt_print(start != NULL ? start->name : "root");
  rt_print(": ");
  rt_print(what);
  rt_print("\n");
  rt_exit(RT_EXIT_PANIC);
}
