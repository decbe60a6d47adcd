/* SPDX-License-Identifier: BSD-2-Clause */
/* See instructions.h. Each maker fills the fields of one class of encodings. */
#include "instructions.h"

#define SP 13u
#define PC 15u
#define FLAG_C (1u << 29)
#define FLAGS 0xf8000000u

/* What a maker works with. */
struct maker {
  struct random *random;
  const struct instruction_place *place;
  struct instruction *out;
};

uint32_t random_next(struct random *random) {
  uint32_t x = random->state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  random->state = x;
  return x;
}

uint32_t random_below(struct random *random, uint32_t below) {
  return (random_next(random) >> 4) % below;
}

static word_t below(const struct maker *maker, word_t limit) {
  return random_below(maker->random, limit);
}

static bool coin(const struct maker *maker) {
  return below(maker, 2) != 0;
}

/* A register below `limit` that is none of the two; 16 = no matter. */
static word_t other(const struct maker *maker, word_t limit, word_t not_this,
                    word_t nor_that) {
  word_t found = below(maker, limit);
  while (found == not_this || found == nor_that) {
    found = below(maker, limit);
  }
  return found;
}

/* An address in the window for `bytes` bytes. */
static vaddr_t target(const struct maker *maker, word_t width, word_t bytes) {
  word_t places = (maker->place->bytes - bytes) / width + 1;
  return maker->place->window + below(maker, places) * width;
}

/* The base of an access to `address` at `offset`, before or after it. */
static word_t base_of(vaddr_t address, word_t offset, bool before) {
  return before ? address - offset : address;
}

/* ---- ARM ----------------------------------------------------------------- */

static word_t arm_condition(const struct maker *maker) {
  bool zero = (maker->out->cpsr & 1u << 30) != 0;
  return (coin(maker) ? 0xeu : (zero ? 0x0u : 0x1u)) << 28;
}

/* Offset that register `m` gives when shifted; A8.4.1, by the book. */
static word_t arm_shift(const struct maker *maker, word_t value, word_t type,
                        word_t amount) {
  bool carry = (maker->out->cpsr & FLAG_C) != 0;
  word_t steps = amount == 0 && (type == 1 || type == 2) ? 32 : amount;
  if (type == 3 && amount == 0) {
    return (carry ? 0x80000000u : 0) | value >> 1;
  }
  for (word_t i = 0; i < steps; i++) {
    word_t top = value & 0x80000000u;
    word_t bottom = value & 1;
    if (type == 0) {
      value <<= 1;
    } else {
      value >>= 1;
      value |= type == 2 ? top : (type == 3 ? bottom << 31 : 0);
    }
  }
  return value;
}

static word_t arm_register_offset(const struct maker *maker, word_t m,
                                  word_t *offset) {
  word_t type = below(maker, 4);
  word_t amount = below(maker, 32);
  *offset = arm_shift(maker, maker->out->reg[m], type, amount);
  return 1u << 25 | amount << 7 | type << 5 | m;
}

/* LDR or LDRB relative to the PC: it lies below the window. */
static void arm_literal(const struct maker *maker) {
  bool byte = coin(maker);
  vaddr_t address = target(maker, byte ? 1 : 4, 4);
  word_t rt = below(maker, byte ? 15 : 16);
  word_t offset = address - (maker->place->pc + 8);
  maker->out->last = rt == PC;
  maker->out->literal = true;
  maker->out->code = arm_condition(maker) | 0x05900000u | (word_t)byte << 22 |
                     PC << 16 | rt << 12 | offset;
}

/* LDR, STR, LDRB, STRB, and the T forms among the post-indexed ones. */
static void arm_single(const struct maker *maker) {
  bool byte = coin(maker);
  bool load = coin(maker);
  bool before = coin(maker);
  bool w = coin(maker);
  bool up = coin(maker);
  bool back = !before || w;
  word_t base = below(maker, 15);
  bool no_pc = byte || (w && !before);
  word_t rt = other(maker, no_pc ? 15 : 16, back ? base : 16, 16);
  word_t m = other(maker, 15, base, 16);
  word_t offset = below(maker, 4096);
  word_t how = offset;
  if (coin(maker)) {
    how = arm_register_offset(maker, m, &offset);
  }
  maker->out->reg[base] =
      base_of(target(maker, byte ? 1 : 4, 4), up ? offset : 0 - offset, before);
  maker->out->last = load && rt == PC;
  maker->out->code = arm_condition(maker) | 0x04000000u | how |
                     (word_t)before << 24 | (word_t)up << 23 |
                     (word_t)byte << 22 | (word_t)w << 21 | (word_t)load << 20 |
                     base << 16 | rt << 12;
}

/* LDRH, LDRSB, LDRSH, STRH and their T forms; LDRD, STRD. */
static void arm_extra(const struct maker *maker) {
  static const struct {
    uint8_t load, kind, width;
    bool dual;
  } kinds[] = {{0, 1, 2, false}, {1, 1, 2, false}, {1, 2, 1, false},
               {1, 3, 2, false}, {0, 2, 4, true},  {0, 3, 4, true}};
  word_t which = below(maker, 6);
  bool dual = kinds[which].dual;
  bool before = coin(maker);
  bool w = before ? coin(maker) : !dual && coin(maker);
  bool up = coin(maker);
  bool by_register = coin(maker);
  word_t rt = dual ? 2 * below(maker, 7) : below(maker, 15);
  word_t base = other(maker, 15, rt, dual ? rt + 1 : rt);
  word_t m = other(maker, 15, base, 16);
  while (dual && (m == rt || m == rt + 1 || m == base)) {
    m = below(maker, 15);
  }
  word_t offset = by_register ? maker->out->reg[m] : below(maker, 256);
  word_t how = by_register ? m : 1u << 22 | offset >> 4 << 8 | (offset & 15);
  maker->out->reg[base] = base_of(target(maker, kinds[which].width, 8),
                                  up ? offset : 0 - offset, before);
  maker->out->code = arm_condition(maker) | 0x90u | how |
                     (word_t)kinds[which].kind << 5 |
                     (word_t)kinds[which].load << 20 | (word_t)before << 24 |
                     (word_t)up << 23 | (word_t)w << 21 | base << 16 | rt << 12;
}

/* The base of a transfer of `list` that leads into the window. */
static word_t base_of_list(const struct maker *maker, word_t list, bool up,
                           bool before) {
  word_t bytes = 4 * (word_t)__builtin_popcount(list);
  vaddr_t lowest = target(maker, 4, 64);
  word_t skipped = up == before ? 4 : 0;
  return up ? lowest - skipped : lowest - skipped + bytes;
}

/* @return A list without `base`, but perhaps for those that may store it. */
static word_t make_list(const struct maker *maker, word_t mask, word_t base,
                        bool base_may) {
  word_t list;
  do {
    list = random_next(maker->random) >> 3 & mask;
    list &= coin(maker) ? mask : random_next(maker->random) >> 5;
    list &= base_may ? mask : ~(1u << base);
  } while (list == 0);
  return list;
}

static void arm_multiple(const struct maker *maker) {
  bool load = coin(maker);
  bool up = coin(maker);
  bool before = coin(maker);
  bool back = coin(maker);
  word_t base = below(maker, 15);
  word_t list = make_list(maker, 0xffff, base, !back);
  maker->out->reg[base] = base_of_list(maker, list, up, before);
  maker->out->last = load && (list >> PC & 1) != 0;
  maker->out->code = arm_condition(maker) | 0x08000000u | (word_t)before << 24 |
                     (word_t)up << 23 | (word_t)back << 21 |
                     (word_t)load << 20 | base << 16 | list;
}

/* ---- Thumb, one halfword ------------------------------------------------- */

static void thumb_register(const struct maker *maker) {
  static const uint8_t widths[8] = {4, 2, 1, 1, 4, 2, 1, 2};
  word_t kind = below(maker, 8);
  word_t base = below(maker, 8);
  word_t m = other(maker, 8, base, 16);
  maker->out->reg[base] =
      base_of(target(maker, widths[kind], 4), maker->out->reg[m], true);
  maker->out->code = 0x5000u | kind << 9 | m << 6 | base << 3 | below(maker, 8);
}

static void thumb_immediate(const struct maker *maker) {
  static const struct {
    uint16_t code;
    uint8_t width;
  } kinds[] = {{0x6000, 4}, {0x7000, 1}, {0x8000, 2}};
  word_t kind = below(maker, 3);
  word_t base = below(maker, 8);
  word_t offset = below(maker, 32);
  maker->out->reg[base] = base_of(target(maker, kinds[kind].width, 4),
                                  offset * kinds[kind].width, true);
  maker->out->code = kinds[kind].code | (word_t)coin(maker) << 11 |
                     offset << 6 | base << 3 | below(maker, 8);
}

static void thumb_stack_relative(const struct maker *maker) {
  word_t offset = below(maker, 256);
  maker->out->reg[SP] = base_of(target(maker, 4, 4), offset * 4, true);
  maker->out->code =
      0x9000u | (word_t)coin(maker) << 11 | below(maker, 8) << 8 | offset;
}

static void thumb_literal(const struct maker *maker) {
  vaddr_t address = target(maker, 4, 4);
  word_t offset = (address - (maker->place->pc + 4)) / 4;
  maker->out->literal = true;
  maker->out->code = 0x4800u | below(maker, 8) << 8 | offset;
}

static void thumb_stack(const struct maker *maker) {
  bool pop = coin(maker);
  word_t list = make_list(maker, 0x1ff, SP, true);
  maker->out->reg[SP] = base_of_list(maker, list, pop, !pop);
  maker->out->last = pop && (list & 0x100) != 0;
  maker->out->code = (pop ? 0xbc00u : 0xb400u) | list;
}

static void thumb_multiple(const struct maker *maker) {
  bool load = coin(maker);
  word_t base = below(maker, 8);
  word_t list = make_list(maker, 0xff, base, load);
  maker->out->reg[base] = base_of_list(maker, list, true, false);
  maker->out->code = 0xc000u | (word_t)load << 11 | base << 8 | list;
}

/* ---- Thumb, two halfwords ------------------------------------------------ */

/* Size, sign and direction of a single transfer, in place. */
static word_t wide_kind(const struct maker *maker, word_t *width, bool *load) {
  word_t size = below(maker, 3);
  *load = coin(maker);
  *width = 1u << size;
  bool sign = *load && size < 2 && coin(maker);
  return 0xf8000000u | (word_t)sign << 24 | size << 21 | (word_t)*load << 20;
}

/* A register for it: never the PC but for loads of words. */
static word_t wide_target(const struct maker *maker, word_t width, bool load,
                          word_t not_this) {
  word_t rt = other(maker, load && width == 4 ? 16 : 15, not_this, SP);
  maker->out->last = rt == PC;
  return rt;
}

static void wide_immediate(const struct maker *maker) {
  word_t width;
  bool load;
  word_t kind = wide_kind(maker, &width, &load);
  word_t base = below(maker, 15);
  word_t offset = below(maker, 4096);
  maker->out->reg[base] = base_of(target(maker, width, 4), offset, true);
  maker->out->code = kind | 1u << 23 | base << 16 |
                     wide_target(maker, width, load, 16) << 12 | offset;
}

/* Eight bits, up or down, before or after; and the T forms. */
static void wide_short(const struct maker *maker) {
  static const uint8_t modes[] = {0x4, 0x5, 0x7, 0x1, 0x3, 0x6}; /* P U W */
  word_t width;
  bool load;
  word_t kind = wide_kind(maker, &width, &load);
  word_t mode = modes[below(maker, 6)];
  bool back = (mode & 1) != 0;
  word_t base = below(maker, 15);
  word_t offset = below(maker, 256);
  word_t rt = wide_target(maker, width, load, back ? base : 16);
  while (mode == 0x6 && rt == PC) {
    rt = wide_target(maker, width, load, 16);
  }
  maker->out->reg[base] =
      base_of(target(maker, width, 4), (mode & 2) != 0 ? offset : 0 - offset,
              (mode & 4) != 0);
  maker->out->code =
      kind | base << 16 | rt << 12 | 1u << 11 | mode << 8 | offset;
}

static void wide_register(const struct maker *maker) {
  word_t width;
  bool load;
  word_t kind = wide_kind(maker, &width, &load);
  word_t base = below(maker, 15);
  word_t m = other(maker, 15, base, SP);
  word_t shift = below(maker, 4);
  maker->out->reg[base] =
      base_of(target(maker, width, 4), maker->out->reg[m] << shift, true);
  maker->out->code = kind | base << 16 |
                     wide_target(maker, width, load, 16) << 12 | shift << 4 | m;
}

static void wide_literal(const struct maker *maker) {
  word_t width;
  bool load = false;
  word_t kind = 0;
  while (!load) {
    kind = wide_kind(maker, &width, &load);
  }
  vaddr_t address = target(maker, width, 4);
  maker->out->literal = true;
  maker->out->code = kind | 1u << 23 | PC << 16 |
                     wide_target(maker, width, load, 16) << 12 |
                     (address - (maker->place->pc + 4));
}

static void wide_dual(const struct maker *maker) {
  bool load = coin(maker);
  bool before = coin(maker);
  bool back = !before || coin(maker);
  bool up = coin(maker);
  word_t base = below(maker, 15);
  word_t offset = below(maker, 256);
  word_t rt = other(maker, 13, base, 16);
  word_t second = other(maker, 13, base, rt);
  maker->out->reg[base] =
      base_of(target(maker, 4, 8), up ? offset * 4 : 0 - offset * 4, before);
  maker->out->code = 0xe8400000u | (word_t)before << 24 | (word_t)up << 23 |
                     (word_t)back << 21 | (word_t)load << 20 | base << 16 |
                     rt << 12 | second << 8 | offset;
}

static void wide_multiple(const struct maker *maker) {
  bool load = coin(maker);
  bool up = coin(maker);
  bool back = coin(maker);
  word_t base = below(maker, 15);
  word_t mask = load ? (coin(maker) ? 0x9fffu : 0x5fffu) : 0x5fffu;
  word_t list = 0;
  while (__builtin_popcount(list) < 2) {
    list = make_list(maker, mask, base, false);
  }
  maker->out->reg[base] = base_of_list(maker, list, up, !up);
  maker->out->last = load && (list >> PC & 1) != 0;
  maker->out->code = 0xe8000000u | (up ? 1u << 23 : 1u << 24) |
                     (word_t)back << 21 | (word_t)load << 20 | base << 16 |
                     list;
}

/* ---- all ----------------------------------------------------------------- */

struct class {
  void (*make)(const struct maker *maker);
  bool thumb;
  bool wide;
};

static const struct class classes[] = {
    {arm_single, false, false},     {arm_single, false, false},
    {arm_extra, false, false},      {arm_extra, false, false},
    {arm_multiple, false, false},   {arm_multiple, false, false},
    {arm_literal, false, false},    {thumb_register, true, false},
    {thumb_immediate, true, false}, {thumb_stack_relative, true, false},
    {thumb_literal, true, false},   {thumb_stack, true, false},
    {thumb_multiple, true, false},  {wide_immediate, true, true},
    {wide_short, true, true},       {wide_register, true, true},
    {wide_literal, true, true},     {wide_dual, true, true},
    {wide_multiple, true, true},
};

#define CLASSES (sizeof classes / sizeof classes[0])

void instruction_make(struct random *random,
                      const struct instruction_place *place,
                      struct instruction *out) {
  const struct class *class = &classes[random_below(random, CLASSES)];
  *out = (struct instruction){.thumb = class->thumb, .wide = class->wide};
  out->cpsr = random_next(random) & FLAGS;
  for (word_t i = 0; i < INSTRUCTION_REGISTERS; i++) {
    out->reg[i] = random_next(random);
  }
  class->make(&(const struct maker){random, place, out});
}
