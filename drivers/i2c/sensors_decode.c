/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the registers of the chips mean. Pure, tested on the host. Sources: TI
 * SBOS348 (TMP105), "Temperature Register"; Maxim 19-6034 (DS1338),
 * "Timekeeper Registers".
 */
#include "driver/sensors.h"

#include <stddef.h>

#define HOURS_12 (1u << 6) /* of the hours: counts to 12 */
#define HOURS_PM (1u << 5)
#define CLOCK_HALTED (1u << 7) /* of the seconds */

int32_t sensors_decode_temperature(const uint8_t bytes[2]) {
  int32_t sixteenths = (int32_t)(bytes[0] << 8 | bytes[1]) >> 4;
  if (sixteenths >= 0x800) {
    sixteenths -= 0x1000; /* twelve bits, two's complement */
  }
  return sixteenths * 1000 / 16;
}

/* Two decimal digits. @return False if they are none or above `max`. */
static bool decimal(uint32_t byte, uint32_t max, uint8_t *value) {
  *value = (uint8_t)((byte >> 4) * 10 + (byte & 0xfu));
  return byte >> 4 <= 9 && (byte & 0xfu) <= 9 && *value <= max;
}

static bool decode_hour(uint32_t byte, uint8_t *hour) {
  if ((byte & HOURS_12) == 0) {
    return decimal(byte & 0x3fu, 23, hour);
  }
  bool right = decimal(byte & 0x1fu, 12, hour) && *hour > 0;
  *hour = (uint8_t)(*hour % 12 + ((byte & HOURS_PM) != 0 ? 12 : 0));
  return right;
}

bool sensors_decode_date(const uint8_t bytes[7], struct sensors_date *date) {
  uint8_t year = 0;
  bool right =
      (bytes[0] & CLOCK_HALTED) == 0 && decimal(bytes[0], 59, &date->second) &&
      decimal(bytes[1], 59, &date->minute) &&
      decode_hour(bytes[2], &date->hour) && decimal(bytes[4], 31, &date->day) &&
      decimal(bytes[5], 12, &date->month) && decimal(bytes[6], 99, &year);
  date->year = (uint16_t)(2000 + year);
  return right && date->day > 0 && date->month > 0;
}
