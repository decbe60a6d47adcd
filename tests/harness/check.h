/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest test harness: a check is a condition and a sentence that says
 * what holds. A program runs its checks, prints each failure with its place,
 * and returns non-zero if any failed or if none was made.
 */
#pragma once

#include <stdbool.h>

/* Count a check; print `sentence` with its place when `held` is false. */
void check_that(bool held, const char *sentence, const char *file, int line);

/* Print "N checks, M failed" for `suite`. @return Exit status. */
int check_report(const char *suite);

#define CHECK(condition, sentence)                                             \
  check_that((condition), (sentence), __FILE__, __LINE__)
