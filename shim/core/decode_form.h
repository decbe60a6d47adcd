/* SPDX-License-Identifier: BSD-2-Clause */
/* Private: the forms that ARM and Thumb encodings have in common. */
#pragma once

#include "shim/decode.h"

/* Bits `high` to `low` of a word. */
static inline word_t bits(word_t word, word_t high, word_t low) {
  return word >> low & ((2u << (high - low)) - 1);
}

static inline bool bit(word_t word, word_t number) {
  return word >> number & 1;
}

/* One load or store of up to two registers. */
struct single {
  word_t base;   /* register */
  word_t value;  /* of the base; of r15: as the instruction sees it */
  word_t offset; /* to add; negative ones wrap */
  word_t target; /* register that is loaded or stored */
  word_t second; /* LDRD, STRD: the other one; else equal to target */
  word_t width;
  bool load;
  bool sign;
  bool before; /* the offset counts for the access, too */
  bool back;   /* the base gets base + offset */
};

/* Fill `out`. @return False if that is UNPREDICTABLE or not aligned. */
bool form_single(const struct single *single, struct decoded *out);

/* Several registers, from the lowest up. */
struct multiple {
  word_t base;
  word_t value;
  word_t list; /* mask of registers */
  bool load;
  bool up;     /* addresses rise from the base on */
  bool before; /* the base's own word is left out */
  bool back;
};

bool form_multiple(const struct multiple *multiple, struct decoded *out);

bool decode_arm(const word_t *reg, word_t instruction, struct decoded *out);
bool decode_thumb(const word_t *reg, word_t instruction, struct decoded *out);
