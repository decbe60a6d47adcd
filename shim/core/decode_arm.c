/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads and stores in ARM state: Arm ARM DDI 0406C A5.2.8, A5.3, A5.5. */
#include "decode_form.h"

#define PC_AHEAD 8u
#define ALWAYS_SPACE 0xfu /* no condition: other instructions */

enum shift { SHIFT_LSL, SHIFT_LSR, SHIFT_ASR, SHIFT_ROR };

static word_t register_value(const word_t *reg, word_t number) {
  return reg[number] + (number == DECODE_PC ? PC_AHEAD : 0);
}

/* A8.4.3: an amount of 0 stands for 32, and for RRX instead of ROR. */
static word_t shifted(const word_t *reg, word_t instruction) {
  word_t value = reg[bits(instruction, 3, 0)];
  word_t amount = bits(instruction, 11, 7);
  bool carry = bit(reg[DECODE_CPSR], 29);
  switch ((enum shift)bits(instruction, 6, 5)) {
  case SHIFT_LSL:
    return value << amount;
  case SHIFT_LSR:
    return amount == 0 ? 0 : value >> amount;
  case SHIFT_ASR:
    return (word_t)((int32_t)value >> (amount == 0 ? 31 : amount));
  case SHIFT_ROR:
  default:
    return amount == 0 ? (word_t)carry << 31 | value >> 1
                       : value >> amount | value << (32 - amount);
  }
}

/* What single loads and stores have in the same places. */
static struct single common(const word_t *reg, word_t instruction,
                            word_t offset) {
  word_t base = bits(instruction, 19, 16);
  word_t target = bits(instruction, 15, 12);
  bool before = bit(instruction, 24);
  return (struct single){
      .base = base,
      .value = register_value(reg, base),
      .offset = bit(instruction, 23) ? offset : 0 - offset,
      .target = target,
      .second = target,
      .load = bit(instruction, 20),
      .before = before,
      .back = !before || bit(instruction, 21),
  };
}

/* LDR, STR, LDRB, STRB and their T forms: A5.3. */
static bool word_or_byte(const word_t *reg, word_t instruction,
                         struct decoded *out) {
  bool by_register = bit(instruction, 25);
  bool byte = bit(instruction, 22);
  word_t offset =
      by_register ? shifted(reg, instruction) : bits(instruction, 11, 0);
  struct single single = common(reg, instruction, offset);
  if (by_register &&
      (bit(instruction, 4) || bits(instruction, 3, 0) == DECODE_PC))
    return false;
  bool unprivileged = !single.before && bit(instruction, 21);
  if (single.target == DECODE_PC && (byte || unprivileged))
    return false;
  single.width = byte ? 1 : 4;
  return form_single(&single, out);
}

/* LDRD, STRD: A8.8.72, A8.8.210. */
static bool dual(word_t instruction, struct single *single,
                 struct decoded *out) {
  bool by_register = !bit(instruction, 22);
  word_t offset = bits(instruction, 3, 0);
  single->second = single->target + 1;
  single->width = 4;
  single->load = !bit(instruction, 5);
  if (single->target % 2 != 0 || single->second == DECODE_PC ||
      (!single->before && bit(instruction, 21)))
    return false;
  if (by_register && single->load &&
      (offset == single->target || offset == single->second))
    return false;
  return form_single(single, out);
}

/* Halfwords, signed bytes, pairs: A5.2.8, A5.2.9. */
static bool extra(const word_t *reg, word_t instruction, struct decoded *out) {
  bool by_register = !bit(instruction, 22);
  word_t low = bits(instruction, 3, 0);
  word_t high = bits(instruction, 11, 8);
  word_t kind = bits(instruction, 6, 5);
  word_t offset = by_register ? reg[low] : high << 4 | low;
  struct single single = common(reg, instruction, offset);
  if (kind == 0 || (by_register && (high != 0 || low == DECODE_PC)))
    return false;
  if (!single.load && kind != 1)
    return dual(instruction, &single, out);
  if (single.target == DECODE_PC)
    return false;
  single.width = kind == 2 ? 1 : 2;
  single.sign = kind != 1;
  return form_single(&single, out);
}

/* A5.5; those with a user bank or an exception return are not for users. */
static bool multiple(const word_t *reg, word_t instruction,
                     struct decoded *out) {
  word_t base = bits(instruction, 19, 16);
  if (bit(instruction, 22))
    return false;
  return form_multiple(
      &(const struct multiple){.base = base,
                               .value = reg[base],
                               .list = bits(instruction, 15, 0),
                               .load = bit(instruction, 20),
                               .up = bit(instruction, 23),
                               .before = bit(instruction, 24),
                               .back = bit(instruction, 21)},
      out);
}

bool decode_arm(const word_t *reg, word_t instruction, struct decoded *out) {
  if (bits(instruction, 31, 28) == ALWAYS_SPACE)
    return false;
  switch (bits(instruction, 27, 25)) {
  case 0:
    return bit(instruction, 7) && bit(instruction, 4) &&
           extra(reg, instruction, out);
  case 2:
  case 3:
    return word_or_byte(reg, instruction, out);
  case 4:
    return multiple(reg, instruction, out);
  default:
    return false;
  }
}
