/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/kv/inline.c: words as a person types them. */
#include "inline.h"

#include "harness/check.h"

/* Words of `line`, joined by '|'; "!" at the end if it is broken. */
static bool splits(const char *line, const char *expected) {
  static uint8_t copy[256];
  static char joined[256];
  uint32_t length = (uint32_t)strlen(line);
  uint32_t at = 0;
  struct slice word;
  enum inline_state state;
  memcpy(copy, line, length);
  struct inline_words words = {copy, copy + length};
  while ((state = inline_next(&words, &word)) == INLINE_WORD) {
    memcpy(joined + at, word.bytes, word.length);
    at += word.length;
    joined[at++] = '|';
  }
  if (state == INLINE_BROKEN) {
    joined[at++] = '!';
  }
  joined[at] = '\0';
  return strcmp(joined, expected) == 0;
}

int main(void) {
  CHECK(splits("", "") && splits("  \t ", ""), "blanks hold no word");
  CHECK(splits("SET a  b", "SET|a|b|"), "blanks part words");
  CHECK(splits("SET \"a b\" 'c d'", "SET|a b|c d|"), "quotes hold blanks");
  CHECK(splits("x\"y z\"", "xy z|"), "quotes may begin within a word");
  CHECK(splits("\"\\n\\x41\\\"\\\\\\q\"", "\nA\"\\q|"), "escapes are read");
  CHECK(splits("\"\\x4\"", "x4|"), "half a hexadecimal escape is no escape");
  CHECK(splits("'a\\'b\\n'", "a'b\\n|"), "single quotes know one escape");
  CHECK(splits("a \"b", "a|!"), "a quote without its partner is broken");
  CHECK(splits("\"a\"b", "!"), "text right behind a quote is broken");
  CHECK(splits("\"a\\", "!"), "an escape at the end is broken");
  CHECK(splits("\"\"", "|"), "an empty word is a word");
  return check_report("kv inline");
}
