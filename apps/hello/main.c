/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest workload: one line through the serial driver. */
#include "app/console.h"

#include <stdio.h>

int main(void) {
  console_start();
  puts("hello from trireme");
  return 0;
}
