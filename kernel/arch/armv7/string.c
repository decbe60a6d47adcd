/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory functions that the compiler may call in freestanding code. Words
 * where both sides allow it, bytes elsewhere. Must never be used on device
 * registers: the order and width of accesses is not defined.
 */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict dest, const void *restrict source, size_t bytes);
void *memmove(void *dest, const void *source, size_t bytes);
void *memset(void *dest, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

static int words_possible(uintptr_t a, uintptr_t b) {
  return ((a | b) & (sizeof(uint32_t) - 1)) == 0;
}

void *memcpy(void *restrict dest, const void *restrict source, size_t bytes) {
  uint8_t *to = dest;
  const uint8_t *from = source;
  if (words_possible((uintptr_t)to, (uintptr_t)from)) {
    for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
      *(uint32_t *)(void *)to = *(const uint32_t *)(const void *)from;
    }
  }
  while (bytes-- > 0) {
    *to++ = *from++;
  }
  return dest;
}

void *memmove(void *dest, const void *source, size_t bytes) {
  uint8_t *to = dest;
  const uint8_t *from = source;
  if (to <= from || to >= from + bytes) {
    return memcpy(dest, source, bytes);
  }
  while (bytes-- > 0) {
    to[bytes] = from[bytes];
  }
  return dest;
}

void *memset(void *dest, int value, size_t bytes) {
  uint8_t *to = dest;
  uint32_t word = (uint8_t)value * 0x01010101u;
  while (bytes > 0 && ((uintptr_t)to & 3) != 0) {
    *to++ = (uint8_t)value;
    bytes--;
  }
  for (; bytes >= 16; bytes -= 16, to += 16) {
    uint32_t *words = (uint32_t *)(void *)to;
    words[0] = word;
    words[1] = word;
    words[2] = word;
    words[3] = word;
  }
  while (bytes-- > 0) {
    *to++ = (uint8_t)value;
  }
  return dest;
}

int memcmp(const void *a, const void *b, size_t bytes) {
  const uint8_t *x = a;
  const uint8_t *y = b;
  for (size_t i = 0; i < bytes; i++) {
    if (x[i] != y[i]) {
      return x[i] < y[i] ? -1 : 1;
    }
  }
  return 0;
}
