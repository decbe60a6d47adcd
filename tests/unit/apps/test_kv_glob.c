/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/kv/glob.c: what each element of a pattern takes, and how long it
 * takes. */
#include "glob.h"

#include "harness/check.h"

static bool matches(const char *pattern, const char *text) {
  return glob_match(slice_of(pattern), slice_of(text));
}

static void takes_what_it_says(void) {
  CHECK(matches("", "") && !matches("", "a"), "nothing takes nothing");
  CHECK(matches("key", "key") && !matches("key", "keys") &&
            !matches("keys", "key"),
        "plain bytes take themselves");
  CHECK(matches("k?y", "key") && !matches("k?y", "ky"), "? takes one byte");
  CHECK(matches("*", "") && matches("*", "abc") && matches("a*", "a") &&
            matches("*c", "abc") && matches("a**c", "ac"),
        "* takes any bytes");
  CHECK(matches("a*b*c", "aXbYbZc") && !matches("a*b*c", "acb"),
        "several stars are tried in turn");
  CHECK(matches("*ab", "aab") && matches("*aab*", "aaab"),
        "a star tries again after a part that only began to match");
}

static void takes_classes(void) {
  CHECK(matches("[abc]", "b") && !matches("[abc]", "d"), "a set");
  CHECK(matches("[a-c]x", "bx") && !matches("[a-c]", "d"), "a range");
  CHECK(matches("[c-a]", "b"), "a range that is told backwards");
  CHECK(matches("[^a-c]", "d") && !matches("[^a-c]", "b"), "a negated set");
  CHECK(matches("[\\]]", "]") && matches("\\*", "*") && !matches("\\*", "x"),
        "an escaped byte stands for itself");
  CHECK(matches("[ab", "b") && !matches("[ab", "c"), "a set without its end");
  CHECK(!matches("[]", "a") && matches("[^]", "a"), "an empty set");
  CHECK(matches("a\\", "a\\"), "an escape at the end is itself");
}

/* A naive matcher would take more steps than there are atoms. */
static void is_never_slow(void) {
  char text[201];
  char pattern[201];
  memset(text, 'a', sizeof text);
  text[200] = '\0';
  for (unsigned i = 0; i < 200; i += 2) {
    pattern[i] = '*';
    pattern[i + 1] = 'a';
  }
  pattern[199] = 'b';
  pattern[200] = '\0';
  CHECK(!matches(pattern, text), "a hundred stars end soon");
}

int main(void) {
  takes_what_it_says();
  takes_classes();
  is_never_slow();
  return check_report("kv glob");
}
