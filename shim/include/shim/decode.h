/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores of user mode that were refused, as the instruction says
 * what they are: an Armv7 abort has no syndrome. Pure. Arm ARM DDI 0406C A5
 * (ARM), A6 (Thumb), A8.8 (each instruction).
 *
 * Decoded: LDR, STR, LDRB, STRB, LDRH, STRH, LDRSB, LDRSH, LDRD, STRD in all
 * addressing modes, their T forms, LDM, STM, PUSH, POP; ARM and Thumb. Not
 * decoded: exclusives, SWP, table branches, coprocessor, VFP and NEON
 * transfers, and whatever is UNPREDICTABLE or not aligned to its width.
 *
 * Registers are r0 to r15 and CPSR, 17 words; r15 is the instruction's own
 * address.
 */
#pragma once

#include "abi/types.h"

#define DECODE_REGISTERS 17
#define DECODE_PC 15
#define DECODE_CPSR 16
#define DECODE_CPSR_T (1u << 5) /* Thumb state; B1.3.3 */
#define DECODE_MOST 16u         /* accesses of one instruction */

/* What an instruction does to memory, and to the registers afterwards. */
struct decoded {
  vaddr_t address; /* of the first access; they follow each other upwards */
  word_t width;    /* of each access: 1, 2 or 4 */
  word_t count;
  bool write;
  bool sign; /* loads: extend the sign */
  bool back; /* the base register changes */
  uint8_t base;
  uint8_t length;           /* of the instruction: 2 or 4 */
  uint8_t reg[DECODE_MOST]; /* of each access */
  word_t base_after;
};

/*
 * Is `first` the first halfword of a Thumb instruction of two?
 */
static inline bool decode_is_wide(word_t first) {
  return (first & 0xf800u) > 0xe000u;
}

/*
 * Decode `instruction`: an ARM word; or, if CPSR says Thumb, a halfword, or
 * two of them with the first in the upper half.
 * @param reg  Registers before it.
 * @return False: none of those above.
 */
bool decode(const word_t *reg, word_t instruction, struct decoded *out);

/* What access `i` of a store writes; the bus sees the lowest `width` bytes. */
word_t decode_stored(const struct decoded *decoded, const word_t *reg,
                     word_t i);

/*
 * The instruction is done: loaded values, base, PC and IT state.
 * @param value  What each access of a load has brought, zero-extended.
 */
void decode_finish(const struct decoded *decoded, word_t *reg,
                   const word_t *value);
