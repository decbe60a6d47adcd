/* SPDX-License-Identifier: BSD-2-Clause */
/* The chips on I2C1, by calls to the bus. */
#include "driver/sensors.h"

#include "driver/client.h"
#include "driver/i2c.h"

#include <string.h>

#define TMP105 0x48u
#define TMP105_TEMPERATURE 0u
#define TMP105_CONFIGURATION 1u
#define TMP105_TWELVE_BITS 0x60u
#define TMP105_LOW 2u
#define TMP105_HIGH 3u

#define DS1338 0x68u
#define DS1338_SECONDS 0u
#define DS1338_REGISTERS 7u

/* Write `written` bytes of the shared memory, read `read` to it. */
static bool transfer(word_t address, word_t written, word_t read) {
  word_t words[2] = {address, I2C_COUNTS(written, read)};
  return client_call(RT_SERVICE_I2C, I2C_TRANSFER, words) == ERR_NONE;
}

bool sensors_start(void) {
  const uint8_t bytes[2] = {TMP105_CONFIGURATION, TMP105_TWELVE_BITS};
  memcpy(client_shared(RT_SERVICE_I2C), bytes, sizeof bytes);
  return transfer(TMP105, sizeof bytes, 0);
}

/* One of the thermometer's registers that hold a temperature. */
static bool read_degrees(uint8_t number, int32_t *millidegrees) {
  uint8_t *shared = client_shared(RT_SERVICE_I2C);
  shared[0] = number;
  if (!transfer(TMP105, 1, 2)) {
    return false;
  }
  *millidegrees = sensors_decode_temperature(shared);
  return true;
}

bool sensors_temperature(int32_t *millidegrees) {
  return read_degrees(TMP105_TEMPERATURE, millidegrees);
}

bool sensors_limits(int32_t *low_millidegrees, int32_t *high_millidegrees) {
  return read_degrees(TMP105_LOW, low_millidegrees) &&
         read_degrees(TMP105_HIGH, high_millidegrees);
}

bool sensors_date(struct sensors_date *date) {
  uint8_t *shared = client_shared(RT_SERVICE_I2C);
  shared[0] = DS1338_SECONDS;
  return transfer(DS1338, 1, DS1338_REGISTERS) &&
         sensors_decode_date(shared, date);
}
