/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random loads and stores, each with registers that lead into a given window.
 * Only what the architecture says in full: nothing UNPREDICTABLE. Written from
 * the instruction set alone, so that a decoder can be held against it. Pure
 * and seeded. Arm ARM DDI 0406C A5, A6, A8.8.
 */
#pragma once

#include "abi/types.h"

#define INSTRUCTION_REGISTERS 15 /* r0 to r14 */

struct instruction {
  bool thumb;
  bool wide;    /* Thumb: two halfwords, the first in the upper half */
  word_t code;  /* ARM word, or halfword, or two */
  bool last;    /* it writes the PC: nothing may follow in its IT block */
  bool literal; /* relative to the PC */
  word_t reg[INSTRUCTION_REGISTERS];
  word_t cpsr; /* condition flags */
};

/* Where it is to be executed and what it may touch. */
struct instruction_place {
  vaddr_t pc;     /* of the instruction; a multiple of 4 */
  vaddr_t window; /* lies behind the code, within 4 KiB */
  word_t bytes;   /* of the window; at least 256 */
};

struct random {
  uint32_t state; /* not 0 */
};

uint32_t random_next(struct random *random);

/* @return A number from 0 to below - 1. */
uint32_t random_below(struct random *random, uint32_t below);

/* Make one up. */
void instruction_make(struct random *random,
                      const struct instruction_place *place,
                      struct instruction *out);
