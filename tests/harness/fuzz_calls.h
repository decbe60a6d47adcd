/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls, most of them nearly right: a template of an invocation
 * whose arguments are mostly of the wanted kind. Pure, from a seed, and used
 * on the host and on the board alike. Capability pointers are slot numbers of
 * one CNode of 2^FUZZ_RADIX slots, looked up with depth 32.
 */
#pragma once

#include "abi/types.h"

#define FUZZ_RADIX 8
#define FUZZ_SLOTS (1u << FUZZ_RADIX)
#define FUZZ_WORDS 24

struct fuzz_call {
  int number; /* system call */
  word_t cap; /* r0 */
  word_t info;
  word_t words[FUZZ_WORDS];
  word_t caps[3];
  word_t receive[3]; /* CNode, index, depth for a received capability */
};

struct fuzz {
  word_t state;
  /* Type code of a slot, as DebugCapIdentify says; 0: empty. */
  word_t (*identify)(word_t slot);
};

void fuzz_start(struct fuzz *fuzz, word_t seed, word_t (*identify)(word_t));

/* A random number below `limit`, which is not 0. */
word_t fuzz_below(struct fuzz *fuzz, word_t limit);

void fuzz_next(struct fuzz *fuzz, struct fuzz_call *call);
