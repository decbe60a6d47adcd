/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/kv/number.c: strict in, shortest out, never out of range. */
#include "number.h"

#include "harness/check.h"

static bool reads(const char *text, int64_t expected) {
  int64_t number = 77;
  return number_parse(slice_of(text), &number) && number == expected;
}

static bool refuses(const char *text) {
  int64_t number = 77;
  return !number_parse(slice_of(text), &number) && number == 77;
}

static bool writes(int64_t number, const char *expected) {
  char text[NUMBER_TEXT_MAX];
  struct slice written = {(uint8_t *)text, number_format(number, text)};
  return written.length == strlen(expected) &&
         memcmp(text, expected, written.length) == 0;
}

static void reads_numbers(void) {
  CHECK(reads("0", 0) && reads("7", 7) && reads("-12", -12), "small numbers");
  CHECK(reads("9223372036854775807", INT64_MAX), "the largest");
  CHECK(reads("-9223372036854775808", INT64_MIN), "the smallest");
  CHECK(refuses("9223372036854775808") && refuses("-9223372036854775809"),
        "one beyond either end is refused");
  CHECK(refuses("99999999999999999999"), "twenty digits are refused");
  CHECK(refuses("") && refuses("-") && refuses("+1") && refuses(" 1") &&
            refuses("1 ") && refuses("01") && refuses("-0") && refuses("1.0"),
        "anything but a number is refused");
}

static void writes_numbers(void) {
  CHECK(writes(0, "0") && writes(-1, "-1"), "small numbers");
  CHECK(writes(4294967295, "4294967295"), "the last that fits 32 bits");
  CHECK(writes(4294967296, "4294967296"), "the first that does not");
  CHECK(writes(INT64_MIN, "-9223372036854775808"), "the smallest");
  CHECK(writes(INT64_MAX, "9223372036854775807"), "the largest");
}

static void adds_within_range(void) {
  int64_t number = INT64_MAX - 1;
  CHECK(number_add(&number, 1) && number == INT64_MAX, "up to the end");
  CHECK(!number_add(&number, 1) && number == INT64_MAX, "not beyond it");
  number = INT64_MIN + 1;
  CHECK(number_add(&number, -1) && number == INT64_MIN, "down to the end");
  CHECK(!number_add(&number, -1) && number == INT64_MIN, "not beyond it");
}

int main(void) {
  reads_numbers();
  writes_numbers();
  adds_within_range();
  return check_report("kv number");
}
