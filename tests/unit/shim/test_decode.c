/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shim/core/decode*.c: single encodings of each form, what is refused, and
 * random words. That decoded instructions do what they do natively is checked
 * on the board (tests/target/trapped.c).
 */
#include "harness/check.h"
#include "shim/decode.h"

#include <string.h>

#define PC 0x8000u
#define BASE 0x40000100u
#define RANDOM_WORDS 2000000u

static word_t reg[DECODE_REGISTERS];
static struct decoded d;

static void start(word_t cpsr) {
  for (word_t i = 0; i < DECODE_PC; i++)
    reg[i] = BASE + 0x1000 * i;
  reg[DECODE_PC] = PC;
  reg[DECODE_CPSR] = cpsr;
}

static bool arm(word_t code) {
  start(0x10);
  return decode(reg, code, &d);
}

static bool thumb(word_t code) {
  start(0x10 | DECODE_CPSR_T);
  return decode(reg, code, &d);
}

static bool is(vaddr_t address, word_t width, word_t count) {
  return d.address == address && d.width == width && d.count == count;
}

static void forms_of_arm(void) {
  CHECK(arm(0xe5912008) && is(reg[1] + 8, 4, 1) && !d.write && d.reg[0] == 2,
        "ldr r2, [r1, #8]");
  CHECK(arm(0xe4812008) && is(reg[1], 4, 1) && d.write && d.back &&
            d.base_after == reg[1] + 8,
        "str r2, [r1], #8");
  CHECK(arm(0xe7312122) && is(reg[1] - (reg[2] >> 2), 4, 1) && d.back,
        "ldr r2, [r1, -r2, lsr #2]!");
  CHECK(arm(0xe1d120d3) && is(reg[1] + 3, 1, 1) && d.sign, "ldrsb");
  CHECK(arm(0xe1c120f8) && is(reg[1] + 8, 4, 2) && d.write && d.reg[1] == 3,
        "strd r2, r3, [r1, #8]");
  CHECK(arm(0xe9318004) && is(reg[1] - 8, 4, 2) && d.reg[1] == DECODE_PC,
        "ldmdb r1!, {r2, pc}");
  CHECK(arm(0xe59f0004) && is(PC + 12, 4, 1), "ldr r0, [pc, #4]");
}

static void forms_of_thumb(void) {
  CHECK(thumb(0x4801) && is(PC + 8, 4, 1), "ldr r0, [pc, #4]");
  CHECK(thumb(0xb501) && is(reg[13] - 8, 4, 2) && d.reg[1] == 14,
        "push {r0, lr}");
  CHECK(thumb(0x8849) && is(reg[1] + 2, 2, 1) && d.length == 2,
        "ldrh r1, [r1, #2]");
  CHECK(thumb(0xf8112d04) && is(reg[1] - 4, 1, 1) && d.back && d.length == 4,
        "ldrb.w r2, [r1, #-4]!");
  CHECK(thumb(0xe9d12304) && is(reg[1] + 16, 4, 2), "ldrd r2, r3, [r1, #16]");
}

static void others_are_refused(void) {
  static const word_t arm_codes[] = {
      0xe1912f9f, /* ldrex r2, [r1] */
      0xe1822f91, /* strex */
      0xe1012093, /* swp */
      0xed912b00, /* vldr d2, [r1] */
      0xf421078f, /* vld1 */
      0xec910100, /* ldc */
      0xe8d10004, /* ldm r1, {r2}^ */
      0xe8910000, /* no register */
      0xe8b10006, /* ldm r1!, {r1, r2} */
      0xe4911004, /* ldr r1, [r1], #4 */
      0xe5bf0004, /* ldr r0, [pc, #4]! */
      0xe7912f0f, /* ldr r2, [r1, pc, ...] */
      0xe5d1f000, /* ldrb pc, [r1] */
      0xe1c130d8, /* ldrd r3, r4 */
      0xe1c1e0d8, /* ldrd lr, pc */
      0xe6012012, /* media */
      0xe3a00001, /* mov */
      0xf5d1f000, /* pld */
      0xe5912002, /* not aligned */
      0xe1d120b1, /* not aligned */
  };
  static const word_t thumb_codes[] = {
      0xe8512f00,            /* ldrex */
      0xe8d1f002,            /* tbb */
      0xf921078f,            /* vld1 */
      0xed912b00,            /* vldr */
      0xf891f000,            /* pld */
      0xf8d12002,            /* not aligned */
      0xe9d12204,            /* ldrd r2, r2 */
      0xf8512d04 & ~0x500u,  /* neither P nor W */
      0xe8bd2001 | 1u << 13, /* pop of sp */
      0xc900,
      0x2001,
      0xbf00,
      0xde01,
  };
  for (size_t i = 0; i < sizeof arm_codes / sizeof arm_codes[0]; i++)
    CHECK(!arm(arm_codes[i]), "is no load or store for us");
  for (size_t i = 0; i < sizeof thumb_codes / sizeof thumb_codes[0]; i++)
    CHECK(!thumb(thumb_codes[i]), "is no load or store for us");
}

static void values_and_the_way_on(void) {
  word_t value[DECODE_MOST] = {0x80};
  arm(0xe1d120d3);
  decode_finish(&d, reg, value);
  CHECK(reg[2] == 0xffffff80u && reg[DECODE_PC] == PC + 4, "a signed byte");
  arm(0xe8911004); /* ldm r1, {r2, r12} */
  decode_finish(&d, reg, (const word_t[]){7, 8});
  CHECK(reg[2] == 7 && reg[12] == 8, "each register its word");
  arm(0xe591f000);
  decode_finish(&d, reg, (const word_t[]){0x9001});
  CHECK(reg[DECODE_PC] == 0x9000 && (reg[DECODE_CPSR] & DECODE_CPSR_T),
        "a loaded PC chooses the state");
  arm(0xe581f000);
  CHECK(decode_stored(&d, reg, 0) == PC + 8, "a stored PC is 8 ahead");
  arm(0xe1c120b0);
  CHECK(decode_stored(&d, reg, 0) == (reg[2] & 0xffff), "a narrow one is cut");
}

static void big_endian_data(void) {
  start(0x210);
  reg[2] = 0x11223344;
  CHECK(decode(reg, 0xe5812000, &d) && decode_stored(&d, reg, 0) == 0x44332211,
        "a word is turned round");
  CHECK(decode(reg, 0xe1c120b0, &d) && decode_stored(&d, reg, 0) == 0x4433,
        "a halfword, too");
  CHECK(decode(reg, 0xe1d120f0, &d), "ldrsh r2, [r1]");
  decode_finish(&d, reg, (const word_t[]){0x01ff});
  CHECK(reg[2] == 0xffffff01u, "and what is loaded");
}

static void it_state_moves_on(void) {
  /* ITTE EQ behind its IT: IT = 0000 0110 | base 0 << 4 */
  start(0x10 | DECODE_CPSR_T | 1u << 10 | 2u << 25);
  CHECK(decode(reg, 0x6808, &d), "ldr r0, [r1] in a block");
  decode_finish(&d, reg, (const word_t[]){5});
  CHECK((reg[DECODE_CPSR] & 0x0600fc00) == 3u << 10, "one step on");
  decode_finish(&d, reg, (const word_t[]){5});
  decode_finish(&d, reg, (const word_t[]){5});
  CHECK((reg[DECODE_CPSR] & 0x0600fc00) == 0, "and out, behind the third");
  start(0x10 | DECODE_CPSR_T | 1u << 10 | 2u << 25);
  CHECK(!decode(reg, 0xbd01, &d), "no branch but at the end of a block");
}

/* Whatever is decoded is within bounds. */
static void random_words(void) {
  word_t x = 1;
  word_t decoded = 0;
  for (word_t i = 0; i < RANDOM_WORDS; i++) {
    x = x * 1664525u + 1013904223u;
    bool is_thumb = x >> 30 & 1;
    word_t code = is_thumb && !decode_is_wide(x >> 16) ? x >> 16 : x;
    if (!(is_thumb ? thumb(code) : arm(code)))
      continue;
    decoded++;
    if (d.count < 1 || d.count > DECODE_MOST || d.address % d.width != 0 ||
        (d.width != 1 && d.width != 2 && d.width != 4) ||
        (d.back && d.base >= DECODE_PC))
      CHECK(false, "out of bounds");
  }
  CHECK(decoded > RANDOM_WORDS / 20, "many are loads and stores");
}

int main(void) {
  forms_of_arm();
  forms_of_thumb();
  others_are_refused();
  values_and_the_way_on();
  big_endian_data();
  it_state_moves_on();
  random_words();
  return check_report("decode");
}
