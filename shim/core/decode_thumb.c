/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores in Thumb state: Arm ARM DDI 0406C A6.2 (one halfword),
 * A6.3.5 to A6.3.10 (two).
 */
#include "decode_form.h"

#define SP 13u
#define LR 14u
#define PC_AHEAD 4u

/* PC as a base, which counts as aligned. */
static word_t literal_base(const word_t *reg) {
  return (reg[DECODE_PC] + PC_AHEAD) & ~3u;
}

/* ---- one halfword -------------------------------------------------------- */

static bool narrow_single(const word_t *reg, struct single single,
                          struct decoded *out) {
  single.value =
      single.base == DECODE_PC ? literal_base(reg) : reg[single.base];
  single.second = single.target;
  single.before = true;
  return form_single(&single, out);
}

/* A6.2.4, first row: register offset. */
static bool narrow_register(const word_t *reg, word_t h, struct decoded *out) {
  static const struct single kinds[8] = {
      {.width = 4},
      {.width = 2},
      {.width = 1},
      {.width = 1, .load = true, .sign = true},
      {.width = 4, .load = true},
      {.width = 2, .load = true},
      {.width = 1, .load = true},
      {.width = 2, .load = true, .sign = true},
  };
  struct single single = kinds[bits(h, 11, 9)];
  single.offset = reg[bits(h, 8, 6)];
  single.base = bits(h, 5, 3);
  single.target = bits(h, 2, 0);
  return narrow_single(reg, single, out);
}

static bool narrow_immediate(const word_t *reg, word_t h, word_t width,
                             struct decoded *out) {
  return narrow_single(reg,
                       (struct single){.base = bits(h, 5, 3),
                                       .target = bits(h, 2, 0),
                                       .offset = bits(h, 10, 6) * width,
                                       .width = width,
                                       .load = bit(h, 11)},
                       out);
}

/* Relative to SP or, loads only, PC. */
static bool narrow_relative(const word_t *reg, word_t h, word_t base,
                            struct decoded *out) {
  return narrow_single(reg,
                       (struct single){.base = base,
                                       .target = bits(h, 10, 8),
                                       .offset = bits(h, 7, 0) * 4,
                                       .width = 4,
                                       .load = bit(h, 11)},
                       out);
}

/* PUSH: A8.8.133; POP: A8.8.131. */
static bool narrow_stack(const word_t *reg, word_t h, struct decoded *out) {
  bool pop = bit(h, 11);
  word_t further = bit(h, 8) ? 1u << (pop ? DECODE_PC : LR) : 0;
  return form_multiple(&(const struct multiple){.base = SP,
                                                .value = reg[SP],
                                                .list = bits(h, 7, 0) | further,
                                                .load = pop,
                                                .up = pop,
                                                .before = !pop,
                                                .back = true},
                       out);
}

static bool narrow_multiple(const word_t *reg, word_t h, struct decoded *out) {
  word_t base = bits(h, 10, 8);
  word_t list = bits(h, 7, 0);
  bool load = bit(h, 11);
  return form_multiple(
      &(const struct multiple){.base = base,
                               .value = reg[base],
                               .list = list,
                               .load = load,
                               .up = true,
                               .back = !load || !bit(list, base)},
      out);
}

static bool narrow(const word_t *reg, word_t h, struct decoded *out) {
  switch (bits(h, 15, 12)) {
  case 4:
    return bit(h, 11) && narrow_relative(reg, h, DECODE_PC, out);
  case 5:
    return narrow_register(reg, h, out);
  case 6:
    return narrow_immediate(reg, h, 4, out);
  case 7:
    return narrow_immediate(reg, h, 1, out);
  case 8:
    return narrow_immediate(reg, h, 2, out);
  case 9:
    return narrow_relative(reg, h, SP, out);
  case 11:
    return bits(h, 10, 9) == 2 && narrow_stack(reg, h, out);
  case 12:
    return narrow_multiple(reg, h, out);
  default:
    return false;
  }
}

/* ---- two halfwords: bits 31 to 16 are the first -------------------------- */

/* A6.3.5. */
static bool wide_multiple(const word_t *reg, word_t i, struct decoded *out) {
  word_t list = bits(i, 15, 0);
  word_t base = bits(i, 19, 16);
  bool load = bit(i, 20);
  bool back = bit(i, 21);
  word_t never = load ? 1u << SP : 1u << SP | 1u << DECODE_PC;
  if (bit(i, 24) == bit(i, 23) || (list & never) != 0 ||
      __builtin_popcount(list) < 2 || (back && bit(list, base)) ||
      (bit(list, DECODE_PC) && bit(list, LR)))
    return false;
  return form_multiple(&(const struct multiple){.base = base,
                                                .value = reg[base],
                                                .list = list,
                                                .load = load,
                                                .up = bit(i, 23),
                                                .before = bit(i, 24),
                                                .back = back},
                       out);
}

static bool is_sp_or_pc(word_t number) {
  return number == SP || number == DECODE_PC;
}

/* A6.3.6: LDRD and STRD; the rest are exclusives and table branches. */
static bool wide_dual(const word_t *reg, word_t i, struct decoded *out) {
  struct single single = {
      .base = bits(i, 19, 16),
      .offset = bits(i, 7, 0) * 4,
      .target = bits(i, 15, 12),
      .second = bits(i, 11, 8),
      .width = 4,
      .load = bit(i, 20),
      .before = bit(i, 24),
      .back = bit(i, 21),
  };
  bool literal = single.base == DECODE_PC;
  if ((!single.before && !single.back) || is_sp_or_pc(single.target) ||
      is_sp_or_pc(single.second) || (literal && !single.load) ||
      single.target == single.second)
    return false;
  single.value = literal ? literal_base(reg) : reg[single.base];
  if (!bit(i, 23))
    single.offset = 0 - single.offset;
  return form_single(&single, out);
}

/* Offset of a single transfer with an immediate of 8 bits: A8.8.63 and on. */
static bool short_offset(word_t i, struct single *single) {
  bool up = bit(i, 9);
  single->before = bit(i, 10);
  single->back = bit(i, 8);
  single->offset = up ? bits(i, 7, 0) : 0 - bits(i, 7, 0);
  bool unprivileged = single->before && up && !single->back;
  return (single->before || single->back) &&
         !(unprivileged && is_sp_or_pc(single->target));
}

static bool register_offset(const word_t *reg, word_t i,
                            struct single *single) {
  word_t index = bits(i, 3, 0);
  single->offset = reg[index] << bits(i, 5, 4);
  return bits(i, 10, 6) == 0 && !is_sp_or_pc(index);
}

static bool wide_offset(const word_t *reg, word_t i, struct single *single) {
  word_t far = bits(i, 11, 0);
  single->before = true;
  single->value = reg[single->base];
  if (single->base == DECODE_PC) {
    single->value = literal_base(reg);
    single->offset = bit(i, 23) ? far : 0 - far;
    return single->load;
  }
  if (bit(i, 23)) {
    single->offset = far;
    return true;
  }
  return bit(i, 11) ? short_offset(i, single) : register_offset(reg, i, single);
}

/* A6.3.7 to A6.3.10; a target that only words may have. */
static bool wide_single(const word_t *reg, word_t i, struct decoded *out) {
  word_t size = bits(i, 22, 21);
  struct single single = {
      .base = bits(i, 19, 16),
      .target = bits(i, 15, 12),
      .second = bits(i, 15, 12),
      .width = 1u << size,
      .load = bit(i, 20),
      .sign = bit(i, 24),
  };
  if (size == 3 || (single.sign && (!single.load || size == 2)))
    return false;
  if (is_sp_or_pc(single.target) && size != 2)
    return false;
  if (single.target == DECODE_PC && !single.load)
    return false;
  return wide_offset(reg, i, &single) && form_single(&single, out);
}

bool decode_thumb(const word_t *reg, word_t instruction, struct decoded *out) {
  if (!decode_is_wide(instruction >> 16))
    return narrow(reg, instruction, out);
  if (bits(instruction, 31, 25) == 0x7c)
    return wide_single(reg, instruction, out);
  if (bits(instruction, 31, 25) != 0x74)
    return false;
  return bit(instruction, 22) ? wide_dual(reg, instruction, out)
                              : wide_multiple(reg, instruction, out);
}
