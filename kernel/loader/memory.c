/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copy and clear. With the MMU off all memory is strongly ordered, where an
 * unaligned word access faults: words only where both sides are aligned.
 */
#include "loader/memory.h"

/* Eight words: the compiler moves it by multiple-word instructions. */
struct block {
  uint32_t word[8];
};

/* What the compiler may call by itself for structure copies. */
void *memcpy(void *restrict dest, const void *restrict source, size_t bytes);
void *memset(void *dest, int value, size_t bytes);

void memory_copy(void *dest, const void *source, word_t bytes) {
  uint8_t *to = dest;
  const uint8_t *from = source;
  if ((((word_t)to | (word_t)from) & 3) == 0) {
    for (; bytes >= sizeof(struct block); bytes -= sizeof(struct block),
                                          to += sizeof(struct block),
                                          from += sizeof(struct block)) {
      *(struct block *)(void *)to = *(const struct block *)(const void *)from;
    }
    for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
      *(uint32_t *)(void *)to = *(const uint32_t *)(const void *)from;
    }
  }
  while (bytes-- > 0) {
    *to++ = *from++;
  }
}

void memory_clear(void *dest, word_t bytes) {
  memset(dest, 0, bytes);
}

void *memcpy(void *restrict dest, const void *restrict source, size_t bytes) {
  memory_copy(dest, source, bytes);
  return dest;
}

void *memset(void *dest, int value, size_t bytes) {
  uint8_t *to = dest;
  word_t word = (uint8_t)value * 0x01010101u;
  while (bytes > 0 && ((word_t)to & 3) != 0) {
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
