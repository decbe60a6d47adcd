/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SPSR of the mode that a core is in lies in one word, those of the others
 * in an array; a change of mode moves them. That is how they are proved: a
 * pattern in the array must appear in the word when the mode is entered, and
 * what is in the word then must be in the array when the mode is left.
 */
#include "banked.h"

#include <stdio.h>
#include <string.h>

#include "core_state.h"
#include "emulator.h"

#define MODE_BITS 0x1fu
#define MODE_SYSTEM 0x1fu
#define PATTERN 0x3b6d21e8u
#define STACK 13 /* r13: its bank tells where the arrays lie */

/* `bank`: place in the emulator's arrays; system mode has no SPSR. */
static const struct mode {
  const char *suffix;
  uint32_t mode;
  size_t bank;
} modes[] = {{"_usr", MODE_SYSTEM, 0}, {"_svc", 0x13, 1}, {"_abt", 0x17, 2},
             {"_und", 0x1b, 3},        {"_irq", 0x12, 4}, {"_fiq", 0x11, 5}};

static const char *const names[] = {
    "r13_usr",  "r14_usr", "r8_fiq",  "r9_fiq",   "r10_fiq", "r11_fiq",
    "r12_fiq",  "r13_fiq", "r14_fiq", "spsr_fiq", "r13_irq", "r14_irq",
    "spsr_irq", "r13_svc", "r14_svc", "spsr_svc", "r13_abt", "r14_abt",
    "spsr_abt", "r13_und", "r14_und", "spsr_und"};

#define MODES (sizeof(modes) / sizeof(modes[0]))
#define BANKS 8 /* of the emulator */

static size_t
    spsr_array;          /* of 64-bit words, in a core's state; 0 = not found */
static size_t spsr_word; /* of the current mode */

/* @return the CPSR before. */
static uint32_t enter_mode(int core, uint32_t mode) {
  uint32_t cpsr = emulator_read_register(core, CPSR);

  emulator_write_register(core, CPSR, (cpsr & ~MODE_BITS) | mode);
  return cpsr;
}

/* Offset of the only word that holds a value, but for one place; else 0. */
static size_t only_place(uint32_t value, size_t except) {
  size_t found = 0;

  for (size_t at = 0; at < core_state_size(); at += sizeof(uint32_t)) {
    if (at != except && *core_state_word(0, at) == value) {
      if (found != 0) {
        return 0;
      }
      found = at;
    }
  }
  return found;
}

/* Where r13 of a mode is while the core is in system mode; 0 = not found. */
static size_t place_of_stack(const struct mode *mode) {
  enter_mode(0, mode->mode);
  emulator_write_register(0, STACK, PATTERN);
  enter_mode(0, MODE_SYSTEM);
  size_t place = only_place(PATTERN, 0);
  if (place != 0) {
    *core_state_word(0, place) = 0;
  }
  return place;
}

/* The SPSRs lie right before the banks of r13, if anywhere. */
static size_t likely_array(void) {
  size_t start = 0;

  for (size_t i = 1; i < MODES; i++) {
    size_t place = place_of_stack(&modes[i]);
    size_t first = place - modes[i].bank * sizeof(uint32_t);
    if (place == 0 || (start != 0 && first != start)) {
      return 0;
    }
    start = first;
  }
  return start - BANKS * sizeof(uint64_t);
}

static size_t place_in(size_t array, const struct mode *mode) {
  return array + mode->bank * sizeof(uint64_t);
}

/* @return the word that takes this mode's SPSR while it is entered, or 0. */
static size_t proved_word(size_t array, const struct mode *mode) {
  size_t place = place_in(array, mode);

  *core_state_word(0, place) = PATTERN;
  enter_mode(0, mode->mode);
  size_t word = only_place(PATTERN, place);
  if (word != 0) {
    *core_state_word(0, word) = ~PATTERN;
  }
  enter_mode(0, MODE_SYSTEM);
  bool back = *core_state_word(0, place) == ~PATTERN;
  *core_state_word(0, place) = 0;
  return back ? word : 0;
}

static void find_spsrs(void) {
  enter_mode(0, MODE_SYSTEM);
  size_t array = likely_array();
  size_t word = array == 0 ? 0 : proved_word(array, &modes[1]);

  for (size_t i = 2; i < MODES && word != 0; i++) {
    word = proved_word(array, &modes[i]) == word ? word : 0;
  }
  if (word != 0) {
    spsr_array = array;
    spsr_word = word;
  }
}

void banked_find(void) {
  static uint8_t before[STATE_MAX];
  uint32_t cpsr = emulator_read_register(0, CPSR);

  memcpy(before, core_state(0), core_state_size());
  find_spsrs();
  emulator_write_register(0, CPSR, cpsr);
  memcpy(core_state(0), before, core_state_size());
}

size_t banked_count(void) {
  return sizeof(names) / sizeof(names[0]);
}

const char *banked_name(size_t index) {
  return names[index];
}

bool banked_is_found(size_t index) {
  return names[index][0] == 'r' || spsr_array != 0;
}

static const struct mode *mode_of(const char *name) {
  size_t found = 0;

  for (size_t i = 0; i < MODES; i++) {
    found = strstr(name, modes[i].suffix) != NULL ? i : found;
  }
  return &modes[found];
}

static uint32_t flip_spsr(int core, const struct mode *mode, uint32_t mask) {
  uint32_t now = emulator_read_register(core, CPSR) & MODE_BITS;
  uint32_t *word = core_state_word(
      core, now == mode->mode ? spsr_word : place_in(spsr_array, mode));
  uint32_t old = *word;

  *word ^= mask;
  return old;
}

uint32_t banked_flip(int core, size_t index, uint32_t mask) {
  const struct mode *mode = mode_of(names[index]);
  int number = 0;

  if (sscanf(names[index], "r%d_", &number) != 1) {
    return flip_spsr(core, mode, mask);
  }
  uint32_t cpsr = enter_mode(core, mode->mode);
  uint32_t old = emulator_read_register(core, number);
  emulator_write_register(core, number, old ^ mask);
  emulator_write_register(core, CPSR, cpsr);
  return old;
}
