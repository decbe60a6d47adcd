/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's own sensors, chips on the bus I2C1. What does not answer keeps
 * its last value, and says so.
 */
#pragma once

#include "driver/sensors.h"

struct environment {
  bool measured;        /* the thermometer answered the last time */
  int32_t millidegrees; /* Celsius */
  bool dated;           /* the clock told a date the last time */
  struct sensors_date date;
};

/** Set the thermometer up; 20 degrees until it answers. */
void environment_start(struct environment *environment);

/** Read both. */
void environment_read(struct environment *environment);
