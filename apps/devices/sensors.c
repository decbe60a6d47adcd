/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bus I2C1 with its thermometer and its clock: both answer, the clock goes
 * on, nobody answers at another address, and what makes no sense is refused.
 */
#include "parts.h"

#include "app/clock.h"
#include "driver/client.h"
#include "driver/i2c.h"
#include "driver/sensors.h"

#include <stdio.h>

#define NOBODY 0x23u
#define ALARM_LOW 75000 /* the chip's own, after a reset */
#define ALARM_HIGH 80000
#define SECOND_US 1000000u

static enum err transfer(word_t address, word_t counts) {
  word_t words[2] = {address, counts};
  return client_call(RT_SERVICE_I2C, I2C_TRANSFER, words);
}

static bool refuses_what_it_must(void) {
  return transfer(NOBODY, I2C_COUNTS(1, 0)) == ERR_FAILED_LOOKUP &&
         transfer(NOBODY, I2C_COUNTS(0, 1)) == ERR_FAILED_LOOKUP &&
         transfer(0x80, I2C_COUNTS(1, 0)) == ERR_RANGE &&
         transfer(NOBODY, 0) == ERR_RANGE &&
         transfer(NOBODY, I2C_COUNTS(0, I2C_MAX + 1)) == ERR_RANGE;
}

static bool clock_goes_on(void) {
  struct sensors_date then;
  struct sensors_date now;
  if (!sensors_date(&then)) {
    return false;
  }
  clock_sleep(SECOND_US);
  printf("sensors: %u-%02u-%02u %02u h\n", then.year, then.month, then.day,
         then.hour);
  return sensors_date(&now) && (now.minute * 60 + now.second + 3600 -
                                then.minute * 60 - then.second) %
                                       3600 >=
                                   1;
}

bool part_sensors(void) {
  int32_t millidegrees = 0;
  int32_t low = 0;
  int32_t high = 0;
  bool measured = sensors_start() && sensors_temperature(&millidegrees) &&
                  sensors_limits(&low, &high);
  printf("sensors: %ld millidegrees, alarm from %ld to %ld\n",
         (long)millidegrees, (long)low, (long)high);
  return measured && low == ALARM_LOW && high == ALARM_HIGH &&
         clock_goes_on() && refuses_what_it_must();
}
