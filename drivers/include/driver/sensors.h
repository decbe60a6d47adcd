/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chips on the bus I2C1, as a client of the bus sees them: a thermometer
 * TMP105 at 0x48 and a clock DS1338 at 0x68. Library functions that call the
 * bus (driver/i2c.h); the caller must use RT_SERVICE_I2C.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Registers of the clock, decoded. */
struct sensors_date {
  uint16_t year; /* 2000..2099 */
  uint8_t month; /* 1..12 */
  uint8_t day;   /* 1..31 */
  uint8_t hour;  /* 0..23 */
  uint8_t minute;
  uint8_t second;
};

/** Have the thermometer measure with its full resolution, 1/16 degree.
 * @return False if it does not answer. */
bool sensors_start(void);

/** @param millidegrees  Celsius. @return False if it does not answer. */
bool sensors_temperature(int32_t *millidegrees);

/** The temperatures between which the thermometer's alarm ends and begins. */
bool sensors_limits(int32_t *low_millidegrees, int32_t *high_millidegrees);

/** @return False if the clock does not answer or tells no date. */
bool sensors_date(struct sensors_date *date);

/** Pure: the thermometer's register, as millidegrees. */
int32_t sensors_decode_temperature(const uint8_t bytes[2]);

/** Pure: the clock's first seven registers. @return False if it is no date. */
bool sensors_decode_date(const uint8_t bytes[7], struct sensors_date *date);
