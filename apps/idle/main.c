/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A workload that does almost nothing: `idle [NAPS [MICROSECONDS [back]]]`
 * sleeps so many times by the timer driver. Shows idling, ticks and timer
 * interrupts. With `back` it asks, after half of the naps, for the return of a
 * replica that was taken away, and prints the answer.
 */
#include "app/arguments.h"
#include "app/clock.h"
#include "app/console.h"
#include "rt/start.h"
#include "shim_user/shim.h"

#include <stdio.h>
#include <string.h>

#define NAPS_DEFAULT 10
#define NAP_DEFAULT_US 1000

static bool argument_or(const char *text, uint32_t fallback, uint32_t *count) {
  *count = fallback;
  return text == NULL || argument_count(text, count);
}

static void bring_back(void) {
  bool asked = shim_bring_back(&rt_start_page()->arguments);
  puts(asked ? "asked for its return" : "refused");
}

int main(int argc, char **argv) {
  uint32_t naps = 0;
  uint32_t nap_us = 0;
  console_start();
  if (!argument_or(argc > 1 ? argv[1] : NULL, NAPS_DEFAULT, &naps) ||
      !argument_or(argc > 2 ? argv[2] : NULL, NAP_DEFAULT_US, &nap_us)) {
    puts("usage: idle [NAPS [MICROSECONDS [back]]]");
    return EXIT_USAGE;
  }
  bool asks = argc > 3 && strcmp(argv[3], "back") == 0;
  for (uint32_t i = 0; i < naps; i++) {
    if (asks && i == naps / 2) {
      bring_back();
    }
    clock_sleep(nap_us);
  }
  printf("idle %lu\n", (unsigned long)naps);
  return 0;
}
