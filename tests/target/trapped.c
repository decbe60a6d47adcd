/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores on a mapping that is shared with devices do what they do on
 * ordinary memory: two threads execute the same random instruction with the
 * same registers at the same addresses, one in a space where the window is
 * plain memory, one where it is not cacheable, so that (without the baseline's
 * direct access) the kernel does it. Then registers, flags, IT state and all
 * memory are the same.
 *
 *   0x43000000  code
 *   0x43001000  the window: another frame, mapped otherwise, in each space
 */
#include "arena.h"
#include "groups.h"
#include "instructions.h"
#include "report.h"
#include "root/check.h"
#include "rt/print.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#include <string.h>

#define CODE 0x43000000u
#define WINDOW 0x43001000u
#define WINDOW_BYTES 512u
#define START (CODE + 0xfc0u) /* of what is tested */
#define TRAMPOLINE 0x800u     /* offset of the first instruction of all */
#define OUR_CODE 0x44000000u  /* the same frames as the test has them */
#define OUR_PLAIN 0x44001000u
#define OUR_SHARED 0x44002000u
#define NOWHERE 0x60000000u /* loaded words lead there, if to the PC */

#define JUMP 0xe51ff004u /* ldr pc, [pc, #-4]: to the word behind it */
#define ARM_STOP 0xe7f000f0u
#define THUMB_STOP 0xde01u
#define THUMB_NOP 0xbf00u
#define THUMB_MOVE 0x46dau /* mov r10, r11: shows whether it was executed */
#define SEED 0x7a9c3e11u
#define TRIALS 2000u
#define TRIALS_LONG 12000u
#define TRIALS_SHORT 250u

enum side { PLAIN, SHARED, SIDES };

/* What came of it. */
struct result {
  struct worker_event stop;
  seL4_UserContext registers;
};

static cptr_t code_page; /* the test's own mappings */
static cptr_t shared_page;
static struct random dice;

/* ---- places -------------------------------------------------------------- */

static void make_side(enum side side, cptr_t code, cptr_t window) {
  cptr_t space = arena_space();
  space_map(space, code, CODE, SPACE_TEXT);
  space_map(space, window, WINDOW, side == PLAIN ? SPACE_DATA : SPACE_DEVICE);
  worker_make_in(side, space);
}

static void begin(void) {
  cptr_t code = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t plain = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t shared = arena_make(OBJECT_SMALL_PAGE, 0);
  workers_begin();
  make_side(PLAIN, code, plain);
  make_side(SHARED, code, shared);
  code_page = space_map(ROOT_SLOT_VSPACE, code, OUR_CODE, SPACE_DATA);
  space_map(ROOT_SLOT_VSPACE, plain, OUR_PLAIN, SPACE_DATA);
  shared_page = space_map(ROOT_SLOT_VSPACE, shared, OUR_SHARED, SPACE_DATA);
  dice.state = SEED;
}

/* The same words on both sides; none of them leads the PC to anything. */
static void fill_windows(void) {
  word_t *words = (word_t *)OUR_PLAIN;
  for (word_t i = 0; i < WINDOW_BYTES / sizeof(word_t); i++) {
    words[i] = NOWHERE | (random_next(&dice) & 0x1ffffffdu);
  }
  memcpy((void *)OUR_SHARED, words, WINDOW_BYTES);
  check(seL4_ARM_Page_Clean_Data(shared_page, 0, WINDOW_BYTES), "cleaning");
}

static bool windows_are_equal(void) {
  check(seL4_ARM_Page_Invalidate_Data(shared_page, 0, WINDOW_BYTES),
        "invalidating");
  return memcmp((const void *)OUR_PLAIN, (const void *)OUR_SHARED,
                WINDOW_BYTES) == 0;
}

/* ---- code ---------------------------------------------------------------- */

/* Code that grows by halfwords. */
struct text {
  uint16_t *end;
};

static void put(struct text *text, word_t halfword) {
  *text->end++ = (uint16_t)halfword;
}

/*
 * IT for a condition that holds, with up to three further instructions in its
 * block, of which some are skipped: A8.8.54.
 */
static word_t make_it(const struct instruction *instruction, word_t *further) {
  bool zero = (instruction->cpsr & 1u << 30) != 0;
  word_t condition = zero ? 0 : 1; /* EQ, NE */
  word_t same = condition & 1;
  word_t mask = 8; /* closes the block behind `further` bits */
  *further = instruction->last ? 0 : random_below(&dice, 4);
  for (word_t i = 0; i < *further; i++) {
    word_t otherwise = random_below(&dice, 2);
    mask = mask >> 1 | (same ^ otherwise) << 3;
  }
  return 0xbf00u | condition << 4 | mask;
}

static void put_thumb(struct text *text, const struct instruction *instruction,
                      bool in_block) {
  word_t further = 0;
  if (in_block) {
    put(text, THUMB_NOP);
    put(text, make_it(instruction, &further));
  }
  if (instruction->wide) {
    put(text, instruction->code >> 16);
  }
  put(text, instruction->code);
  while (further-- > 0) {
    put(text, THUMB_MOVE);
  }
  put(text, THUMB_STOP);
}

/* A literal's base is where the instruction was made for. */
static void write_code(const struct instruction *instruction) {
  word_t *jump = (word_t *)(OUR_CODE + TRAMPOLINE);
  bool in_block = instruction->thumb && random_below(&dice, 2) != 0;
  vaddr_t start = in_block ? START - 4 : START;
  struct text text = {(uint16_t *)(OUR_CODE + (start - CODE))};
  jump[0] = JUMP;
  jump[1] = start | instruction->thumb;
  if (instruction->thumb) {
    put_thumb(&text, instruction, in_block);
  } else {
    put(&text, instruction->code);
    put(&text, instruction->code >> 16);
    put(&text, ARM_STOP & 0xffff);
    put(&text, ARM_STOP >> 16);
  }
  check(seL4_ARM_Page_Unify_Instruction(code_page, 0, 4096), "unifying");
}

/* ---- a trial ------------------------------------------------------------- */

static void run(enum side side, const struct instruction *instruction,
                struct result *result) {
  const word_t *reg = instruction->reg;
  seL4_UserContext *registers = &result->registers;
  *registers = (seL4_UserContext){
      .pc = CODE + TRAMPOLINE,
      .sp = reg[13],
      .cpsr = instruction->cpsr,
      .r0 = reg[0],
      .r1 = reg[1],
      .r8 = reg[8],
      .r9 = reg[9],
      .r10 = reg[10],
      .r11 = reg[11],
      .r12 = reg[12],
      .r2 = reg[2],
      .r3 = reg[3],
      .r4 = reg[4],
      .r5 = reg[5],
      .r6 = reg[6],
      .r7 = reg[7],
      .r14 = reg[14],
  };
  word_t count = sizeof *registers / sizeof(word_t);
  check(seL4_TCB_WriteRegisters(worker_tcb(side), true, 0, count, registers),
        "setting registers");
  result->stop = worker_wait();
  check(seL4_TCB_ReadRegisters(worker_tcb(side), false, 0, count, registers),
        "reading registers");
}

/* It went on behind the instruction, or to where a loaded PC led. */
static bool has_stopped_right(const struct instruction *instruction,
                              const struct result *result) {
  const struct worker_event *stop = &result->stop;
  if (!instruction->last) {
    return stop->label == FAULT_USER_EXCEPTION;
  }
  return stop->label == FAULT_VM && stop->mr[2] == 1 &&
         (stop->mr[1] & 0xe0000000u) == NOWHERE;
}

static bool are_equal(const struct result *a, const struct result *b) {
  return a->stop.label == b->stop.label && a->stop.length == b->stop.length &&
         memcmp(a->stop.mr, b->stop.mr, a->stop.length * sizeof(word_t)) == 0 &&
         memcmp(&a->registers, &b->registers, sizeof a->registers) == 0;
}

static void tell(const struct instruction *instruction, const char *what) {
  rt_print("instruction ");
  rt_print_hex(instruction->code);
  rt_print(instruction->thumb ? " (Thumb): " : " (ARM): ");
  rt_print(what);
  rt_print("\n");
}

/* @return Whether all was as it should. */
static bool try(void) {
  static const struct instruction_place place = {START, WINDOW, WINDOW_BYTES};
  static struct result results[SIDES];
  struct instruction instruction;
  instruction_make(&dice, &place, &instruction);
  write_code(&instruction);
  fill_windows();
  run(PLAIN, &instruction, &results[PLAIN]);
  run(SHARED, &instruction, &results[SHARED]);
  if (!has_stopped_right(&instruction, &results[PLAIN])) {
    tell(&instruction, "not as planned");
    return false;
  }
  if (!are_equal(&results[PLAIN], &results[SHARED])) {
    tell(&instruction, "registers or the end differ");
    return false;
  }
  if (!windows_are_equal()) {
    tell(&instruction, "memory differs");
    return false;
  }
  return true;
}

static void trials(word_t count) {
  word_t good = 0;
  begin();
  for (word_t i = 0; i < count; i++) {
    good += try();
  }
  CHECK(good == count, "random loads and stores do on a shared mapping what "
                       "they do on plain memory");
}

void test_trapped(void) {
  trials(TRIALS);
}

void test_trapped_long(void) {
  trials(TRIALS_LONG);
}

void test_trapped_short(void) {
  trials(TRIALS_SHORT);
}
