/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run of bytes in somebody else's memory: arguments of requests, keys,
 * values. Not terminated; may hold any byte. Never outlives what it points to.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct slice {
  const uint8_t *bytes;
  uint32_t length;
};

static inline struct slice slice_of(const char *text) {
  return (struct slice){(const uint8_t *)text, (uint32_t)strlen(text)};
}

/** @return Whether `text` is `word`, with ASCII letters of either case. */
bool slice_is(struct slice text, const char *word);
