/* SPDX-License-Identifier: BSD-2-Clause */
/* Words are copied onto themselves, as unquoting only makes them shorter. */
#include "inline.h"

static bool is_blank(uint8_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

/* @return Value of a hexadecimal digit, or 16. */
static uint32_t hex_value(uint8_t c) {
  if (c >= '0' && c <= '9') {
    return (uint32_t)(c - '0');
  }
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 16;
}

/* The byte that an escape in double quotes stands for; moves behind it. */
static uint8_t unescape(struct inline_words *words) {
  static const char names[] = "nrtba";
  static const char values[] = "\n\r\t\b\a";
  const uint8_t *at = words->next;
  if (words->end - at >= 3 && at[0] == 'x' && hex_value(at[1]) < 16 &&
      hex_value(at[2]) < 16) {
    words->next += 3;
    return (uint8_t)(hex_value(at[1]) << 4 | hex_value(at[2]));
  }
  words->next++;
  for (uint32_t i = 0; names[i] != '\0'; i++) {
    if (at[0] == (uint8_t)names[i]) {
      return (uint8_t)values[i];
    }
  }
  return at[0];
}

/* The rest of a quoted part, to `to`. NULL: its end is missing. */
static uint8_t *take_quoted(struct inline_words *words, uint8_t quote,
                            uint8_t *to) {
  while (words->next < words->end) {
    uint8_t c = *words->next++;
    if (c == quote) {
      bool ends = words->next == words->end || is_blank(*words->next);
      return ends ? to : NULL;
    }
    bool escapes = c == '\\' && words->next < words->end;
    if (escapes && quote == '"') {
      c = unescape(words);
    } else if (escapes && *words->next == '\'') {
      c = *words->next++;
    }
    *to++ = c;
  }
  return NULL;
}

enum inline_state inline_next(struct inline_words *words, struct slice *word) {
  while (words->next < words->end && is_blank(*words->next)) {
    words->next++;
  }
  if (words->next == words->end) {
    return INLINE_END;
  }
  uint8_t *to = words->next;
  word->bytes = to;
  while (to != NULL && words->next < words->end && !is_blank(*words->next)) {
    uint8_t c = *words->next++;
    if (c == '"' || c == '\'') {
      to = take_quoted(words, c, to);
    } else {
      *to++ = c;
    }
  }
  if (to == NULL) {
    return INLINE_BROKEN;
  }
  word->length = (uint32_t)(to - word->bytes);
  return INLINE_WORD;
}
