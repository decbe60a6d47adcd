/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting and printing of checks. */
#include "harness/check.h"

#include <stdio.h>

static unsigned made;
static unsigned failed;

void check_that(bool held, const char *sentence, const char *file, int line) {
  made++;
  if (held)
    return;
  failed++;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, sentence);
}

int check_report(const char *suite) {
  printf("%s: %u checks, %u failed\n", suite, made, failed);
  return made == 0 || failed != 0;
}
