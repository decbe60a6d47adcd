/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Glob matching without recursion: after a mismatch the latest star takes one
 * byte more. Earlier stars need no second try, because the latest one can
 * already stand wherever they could have led it.
 */
#include "glob.h"

#define NO_STAR UINT32_MAX

/* Does the class after `[` at *p hold `byte`? Moves *p behind the class. */
static bool match_class(struct slice pattern, uint32_t *p, uint8_t byte) {
  uint32_t i = *p;
  bool negated = i < pattern.length && pattern.bytes[i] == '^';
  bool found = false;
  i += negated ? 1 : 0;
  while (i < pattern.length && pattern.bytes[i] != ']') {
    if (pattern.bytes[i] == '\\' && i + 1 < pattern.length) {
      i++;
    }
    uint8_t low = pattern.bytes[i];
    uint8_t high = low;
    if (i + 2 < pattern.length && pattern.bytes[i + 1] == '-') {
      high = pattern.bytes[i + 2];
      i += 2;
    }
    found = found || (low <= high ? low <= byte && byte <= high
                                  : high <= byte && byte <= low);
    i++;
  }
  *p = i < pattern.length ? i + 1 : i;
  return found != negated;
}

/* Does one element of the pattern, no star, take `byte`? Moves *p behind. */
static bool match_one(struct slice pattern, uint32_t *p, uint8_t byte) {
  uint8_t symbol = pattern.bytes[(*p)++];
  if (symbol == '?') {
    return true;
  }
  if (symbol == '[') {
    return match_class(pattern, p, byte);
  }
  if (symbol == '\\' && *p < pattern.length) {
    symbol = pattern.bytes[(*p)++];
  }
  return symbol == byte;
}

bool glob_match(struct slice pattern, struct slice text) {
  uint32_t p = 0;
  uint32_t t = 0;
  uint32_t star = NO_STAR; /* pattern behind the latest star */
  uint32_t taken = 0;      /* text behind what that star took */
  while (t < text.length) {
    if (p < pattern.length && pattern.bytes[p] == '*') {
      star = ++p;
      taken = t;
    } else if (p < pattern.length && match_one(pattern, &p, text.bytes[t])) {
      t++;
    } else if (star != NO_STAR) {
      p = star;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern.bytes[p] == '*') {
    p++;
  }
  return p == pattern.length;
}
