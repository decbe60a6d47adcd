/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing words of the protocol, which come in either case. */
#include "slice.h"

static uint8_t lower(uint8_t letter) {
  return letter >= 'A' && letter <= 'Z' ? (uint8_t)(letter + 32) : letter;
}

bool slice_is(struct slice text, const char *word) {
  uint32_t i = 0;
  while (i < text.length && word[i] != '\0' &&
         lower(text.bytes[i]) == lower((uint8_t)word[i])) {
    i++;
  }
  return i == text.length && word[i] == '\0';
}
