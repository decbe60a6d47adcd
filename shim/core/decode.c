/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all decoded instructions share: the two forms, values with the data
 * endianness of the thread, and the way on. Arm ARM DDI 0406C A2.5 (IT state),
 * A2.3.1 (LoadWritePC), B1.3.3 (CPSR).
 */
#include "shim/decode.h"

#include "decode_form.h"

#define CPSR_E (1u << 9)
#define CPSR_IT_LOW 25  /* IT[1:0] */
#define CPSR_IT_HIGH 10 /* IT[7:2] */
#define CPSR_IT_MASK (3u << CPSR_IT_LOW | 0x3fu << CPSR_IT_HIGH)
#define IT_LAST 8u
#define ARM_PC_AHEAD 8u

/* ---- IT state ------------------------------------------------------------ */

static word_t it_of(word_t cpsr) {
  return bits(cpsr, 26, 25) | bits(cpsr, 15, 10) << 2;
}

static word_t it_advanced(word_t it) {
  return (it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f);
}

static word_t cpsr_with_it(word_t cpsr, word_t it) {
  return (cpsr & ~CPSR_IT_MASK) | (it & 3) << CPSR_IT_LOW |
         it >> 2 << CPSR_IT_HIGH;
}

/* May the instruction branch here? Only as the last one of an IT block. */
static bool may_branch(const word_t *reg) {
  word_t it = it_of(reg[DECODE_CPSR]) & 0xf;
  return it == 0 || it == IT_LAST;
}

/* ---- forms --------------------------------------------------------------- */

bool form_single(const struct single *single, struct decoded *out) {
  word_t after = single->value + single->offset;
  word_t address = single->before ? after : single->value;
  bool dual = single->second != single->target;
  if (single->back &&
      (single->base == DECODE_PC || single->base == single->target ||
       single->base == single->second))
    return false;
  if (address % single->width != 0)
    return false;
  *out = (struct decoded){
      .address = address,
      .width = single->width,
      .count = dual ? 2 : 1,
      .write = !single->load,
      .sign = single->sign,
      .back = single->back,
      .base = (uint8_t)single->base,
      .reg = {(uint8_t)single->target, (uint8_t)single->second},
      .base_after = after,
  };
  return true;
}

bool form_multiple(const struct multiple *multiple, struct decoded *out) {
  word_t bytes = 4 * (word_t)__builtin_popcount(multiple->list);
  word_t lowest = multiple->up ? multiple->value : multiple->value - bytes;
  bool skips = multiple->up == multiple->before; /* the lowest word */
  bool loads_base = multiple->load && bit(multiple->list, multiple->base);
  if (multiple->list == 0 || multiple->base == DECODE_PC ||
      (multiple->back && loads_base))
    return false;
  *out = (struct decoded){
      .address = lowest + (skips ? 4 : 0),
      .width = 4,
      .write = !multiple->load,
      .back = multiple->back,
      .base = (uint8_t)multiple->base,
      .base_after =
          multiple->up ? multiple->value + bytes : multiple->value - bytes,
  };
  for (word_t r = 0; r < DECODE_MOST; r++)
    if (bit(multiple->list, r))
      out->reg[out->count++] = (uint8_t)r;
  return out->address % 4 == 0;
}

/* ---- the whole ----------------------------------------------------------- */

static bool loads_pc(const struct decoded *decoded) {
  return !decoded->write && decoded->reg[decoded->count - 1] == DECODE_PC;
}

bool decode(const word_t *reg, word_t instruction, struct decoded *out) {
  bool thumb = (reg[DECODE_CPSR] & DECODE_CPSR_T) != 0;
  bool known = thumb ? decode_thumb(reg, instruction, out)
                     : decode_arm(reg, instruction, out);
  out->length = thumb && !decode_is_wide(instruction >> 16) ? 2 : 4;
  return known && (!loads_pc(out) || may_branch(reg));
}

static word_t swapped(word_t value, word_t width) {
  return __builtin_bswap32(value) >> (32 - 8 * width);
}

/* A value between register and bus, which is little-endian. */
static word_t ordered(const word_t *reg, word_t value, word_t width) {
  return reg[DECODE_CPSR] & CPSR_E ? swapped(value, width) : value;
}

static word_t narrowed(word_t value, word_t width) {
  return width == 4 ? value : value & ((1u << 8 * width) - 1);
}

word_t decode_stored(const struct decoded *decoded, const word_t *reg,
                     word_t i) {
  word_t from = decoded->reg[i];
  word_t value = reg[from] + (from == DECODE_PC ? ARM_PC_AHEAD : 0);
  return ordered(reg, narrowed(value, decoded->width), decoded->width);
}

static word_t extended(word_t value, word_t width) {
  return width == 1 ? (word_t)(int8_t)value : (word_t)(int16_t)value;
}

static void load_pc(word_t *reg, word_t value) {
  word_t cpsr = reg[DECODE_CPSR] & ~DECODE_CPSR_T;
  reg[DECODE_CPSR] = value & 1 ? cpsr | DECODE_CPSR_T : cpsr;
  reg[DECODE_PC] = value & 1 ? value & ~1u : value & ~3u;
}

void decode_finish(const struct decoded *decoded, word_t *reg,
                   const word_t *value) {
  word_t cpsr = reg[DECODE_CPSR];
  reg[DECODE_PC] += decoded->length;
  reg[DECODE_CPSR] = cpsr_with_it(cpsr, it_advanced(it_of(cpsr)));
  if (decoded->back)
    reg[decoded->base] = decoded->base_after;
  if (decoded->write)
    return;
  for (word_t i = 0; i < decoded->count; i++) {
    word_t loaded = ordered(reg, value[i], decoded->width);
    if (decoded->sign)
      loaded = extended(loaded, decoded->width);
    if (decoded->reg[i] == DECODE_PC)
      load_pc(reg, loaded);
    else
      reg[decoded->reg[i]] = loaded;
  }
}
