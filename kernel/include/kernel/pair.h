/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two words that lie together at a multiple of 8 bytes, read or written at
 * once: on short paths one instruction instead of two. Volatile, because the
 * compiler would part them again.
 */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

typedef uint64_t __attribute__((may_alias)) pair_t;

/* @param words  The first of them. */
IN_LINE pair_t pair_at(const word_t *words) {
  return *(const volatile pair_t *)(const void *)words;
}

IN_LINE word_t pair_first(pair_t pair) {
  return (word_t)pair;
}

IN_LINE word_t pair_second(pair_t pair) {
  return (word_t)(pair >> WORD_BITS);
}

IN_LINE void pair_put(word_t *words, word_t first, word_t second) {
  *(volatile pair_t *)(void *)words = first | (pair_t)second << WORD_BITS;
}
