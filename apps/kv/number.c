/* SPDX-License-Identifier: BSD-2-Clause */
/* Decimal numbers without the C library: strict in, shortest out. */
#include "number.h"

/* Digits of `text` from `first` on. False: none, too many, or a zero leads. */
static bool parse_digits(struct slice text, uint32_t first, uint64_t *number) {
  uint64_t sum = 0;
  if (first >= text.length || text.length - first > NUMBER_TEXT_MAX - 1) {
    return false;
  }
  if (text.bytes[first] == '0' && text.length - first > 1) {
    return false;
  }
  for (uint32_t i = first; i < text.length; i++) {
    uint8_t digit = (uint8_t)(text.bytes[i] - '0');
    if (digit > 9) {
      return false;
    }
    sum = sum * 10 + digit; /* 19 digits at most: fits */
  }
  *number = sum;
  return true;
}

bool number_parse(struct slice text, int64_t *number) {
  bool negative = text.length > 0 && text.bytes[0] == '-';
  uint64_t magnitude = 0;
  if (!parse_digits(text, negative ? 1 : 0, &magnitude) ||
      magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0) ||
      (negative && magnitude == 0)) {
    return false;
  }
  *number = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
  return true;
}

uint32_t number_format(int64_t number, char text[NUMBER_TEXT_MAX]) {
  char digits[NUMBER_TEXT_MAX];
  uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  uint32_t count = 0;
  uint32_t length = 0;
  while (magnitude > UINT32_MAX) { /* slow division only while it must be */
    digits[count++] = (char)('0' + magnitude % 10);
    magnitude /= 10;
  }
  uint32_t rest = (uint32_t)magnitude;
  do {
    digits[count++] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) {
    text[length++] = '-';
  }
  while (count > 0) {
    text[length++] = digits[--count];
  }
  return length;
}

bool number_add(int64_t *number, int64_t by) {
  if ((by > 0 && *number > INT64_MAX - by) ||
      (by < 0 && *number < INT64_MIN - by)) {
    return false;
  }
  *number += by;
  return true;
}
