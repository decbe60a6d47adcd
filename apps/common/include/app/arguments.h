/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments of a workload's command line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Exit code of a program whose arguments make no sense. */
#define EXIT_USAGE 2

/**
 * Read `text` as a decimal count, 0..4294967295.
 * @return False if it is missing (NULL), empty, out of range or no number.
 */
bool argument_count(const char *text, uint32_t *count);
