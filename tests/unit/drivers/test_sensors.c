/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/i2c/sensors_decode.c: temperatures on both sides of zero, dates, and
 * what is no date. */
#include "driver/sensors.h"

#include "harness/check.h"

static int32_t temperature(uint8_t high, uint8_t low) {
  return sensors_decode_temperature((const uint8_t[2]){high, low});
}

static void knows_temperatures(void) {
  CHECK(temperature(0, 0) == 0, "zero");
  CHECK(temperature(0x19, 0x00) == 25000, "25 degrees");
  CHECK(temperature(0x19, 0x80) == 25500, "half degrees");
  CHECK(temperature(0x00, 0x10) == 62, "a sixteenth, rounded to zero");
  CHECK(temperature(0xe7, 0x00) == -25000, "below zero");
  CHECK(temperature(0xff, 0xf0) == -62, "just below zero");
  CHECK(temperature(0x7f, 0xf0) == 127937, "the highest");
  CHECK(temperature(0x80, 0x00) == -128000, "the lowest");
}

static bool decode(const uint8_t bytes[7], struct sensors_date *date) {
  return sensors_decode_date(bytes, date);
}

static void knows_dates(void) {
  struct sensors_date date;
  CHECK(
      decode((const uint8_t[]){0x59, 0x07, 0x23, 3, 0x31, 0x12, 0x26}, &date) &&
          date.year == 2026 && date.month == 12 && date.day == 31 &&
          date.hour == 23 && date.minute == 7 && date.second == 59,
      "a date of 24 hours");
  CHECK(decode((const uint8_t[]){0, 0, 0x72, 3, 1, 1, 0}, &date) &&
            date.hour == 12,
        "noon is 12 PM");
  CHECK(decode((const uint8_t[]){0, 0, 0x52, 3, 1, 1, 0}, &date) &&
            date.hour == 0,
        "midnight is 12 AM");
  CHECK(decode((const uint8_t[]){0, 0, 0x71, 3, 1, 1, 0}, &date) &&
            date.hour == 23,
        "11 PM");
}

static void refuses_what_is_no_date(void) {
  struct sensors_date date;
  CHECK(!decode((const uint8_t[]){0x80, 0, 0, 1, 1, 1, 0}, &date),
        "a clock that stands still");
  CHECK(!decode((const uint8_t[]){0x60, 0, 0, 1, 1, 1, 0}, &date),
        "sixty seconds");
  CHECK(!decode((const uint8_t[]){0x0a, 0, 0, 1, 1, 1, 0}, &date),
        "a digit above nine");
  CHECK(!decode((const uint8_t[]){0, 0, 0x24, 1, 1, 1, 0}, &date), "hour 24");
  CHECK(!decode((const uint8_t[]){0, 0, 0x60, 1, 1, 1, 0}, &date), "0 PM");
  CHECK(!decode((const uint8_t[]){0, 0, 0, 1, 0, 1, 0}, &date), "day 0");
  CHECK(!decode((const uint8_t[]){0, 0, 0, 1, 1, 0x13, 0}, &date), "month 13");
  CHECK(!decode((const uint8_t[]){255, 255, 255, 255, 255, 255, 255}, &date),
        "no chip");
}

int main(void) {
  knows_temperatures();
  knows_dates();
  refuses_what_is_no_date();
  return check_report("sensors");
}
