/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as octets. */
#include "fields.h"

#include <string.h>

/* @return Whether there are `octets` more; then they are behind `at`. */
static bool step(struct fields *fields, size_t octets) {
  if (fields->bad || fields->size - fields->at < octets) {
    fields->bad = true;
    return false;
  }
  fields->at += octets;
  return true;
}

void fields_put(struct fields *fields, uint32_t value, size_t octets) {
  if (!step(fields, octets)) {
    return;
  }
  for (size_t i = 1; i <= octets; i++) {
    fields->room[fields->at - i] = (uint8_t)value;
    value >>= 8;
  }
}

void fields_put_float(struct fields *fields, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  fields_put(fields, bits, sizeof bits);
}

uint32_t fields_get(struct fields *fields, size_t octets) {
  uint32_t value = 0;
  if (!step(fields, octets)) {
    return 0;
  }
  for (size_t i = octets; i > 0; i--) {
    value = value << 8 | fields->bytes[fields->at - i];
  }
  return value;
}

float fields_get_float(struct fields *fields) {
  uint32_t bits = fields_get(fields, sizeof bits);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
