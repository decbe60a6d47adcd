/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as octets. */
#include "fields.h"

#include <string.h>

/* @return Where `octets` can go or come from; NULL: behind the end. */
static uint8_t *step(struct fields *fields, size_t octets) {
  if (fields->bad || fields->size - fields->at < octets) {
    fields->bad = true;
    return NULL;
  }
  uint8_t *at = fields->bytes + fields->at;
  fields->at += octets;
  return at;
}

void fields_put(struct fields *fields, uint32_t value, size_t octets) {
  uint8_t *at = step(fields, octets);
  while (at != NULL && octets > 0) {
    at[--octets] = (uint8_t)value;
    value >>= 8;
  }
}

void fields_put_float(struct fields *fields, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  fields_put(fields, bits, sizeof bits);
}

uint32_t fields_get(struct fields *fields, size_t octets) {
  const uint8_t *at = step(fields, octets);
  uint32_t value = 0;
  for (size_t i = 0; at != NULL && i < octets; i++) {
    value = value << 8 | at[i];
  }
  return value;
}

float fields_get_float(struct fields *fields) {
  uint32_t bits = fields_get(fields, sizeof bits);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
