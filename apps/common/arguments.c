/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments of a workload's command line. */
#include "app/arguments.h"

#include <stddef.h>

bool argument_count(const char *text, uint32_t *count) {
  uint64_t value = 0;
  if (text == NULL || *text == '\0') {
    return false;
  }
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') {
      return false;
    }
    value = value * 10 + (uint64_t)(*text - '0');
    if (value > UINT32_MAX) {
      return false;
    }
  }
  *count = (uint32_t)value;
  return true;
}
