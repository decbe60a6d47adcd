/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in the data of packets: big endian, floats as IEEE 754 binary32. A
 * writer or reader that comes to its end says so at the end of all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fields {
  const uint8_t *bytes; /* read from */
  uint8_t *room;        /* or written to */
  size_t size;
  size_t at;
  bool bad; /* more was written or read than there is */
};

/** Write: the low `octets` of `value`; nothing if they do not fit. */
void fields_put(struct fields *fields, uint32_t value, size_t octets);
void fields_put_float(struct fields *fields, float value);

/** Read; 0 behind the end. */
uint32_t fields_get(struct fields *fields, size_t octets);
float fields_get_float(struct fields *fields);
