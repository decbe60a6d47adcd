/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The emulator's own description of a register writes two patterns, and the one
 * word of the core's state that takes both is the register. Where descriptions
 * lie is searched for and checked, because no header says so.
 */
#define _GNU_SOURCE
#include "system_state.h"

#include <stdio.h>
#include <string.h>

#include "core_state.h"
#include "emulator.h"

#define LIST_MAX 1024
#define PATTERN 0x2a5c96e1u
#define NAME_MAX_SIZE 24
#define DESCRIPTION_MAX 160u /* bytes of a description that are looked at */
#define OTHERS_MAX 512
#define NON_SECURE (1u << 29)
#define NUMBERS (1u << 14) /* of crn, opc1, crm and opc2 together */

/* Number of a CP15 register of 32 bits, as the lists have it. Without their
 * head it is the key of its secure bank, which is ours. */
#define CP15(crn, opc1, crm, opc2)                                             \
  (0x4020000000000000u | 15u << 16 | (crn) << 11 | (crm) << 7 | (opc1) << 3 |  \
   (opc2))

static const struct {
  const char *name;
  uint64_t number;
  bool flush; /* the TLB holds what follows from it */
} offered[] = {
    {"sctlr", CP15(1u, 0u, 0u, 0u), true},
    {"cpacr", CP15(1u, 0u, 0u, 2u), false},
    {"scr", CP15(1u, 0u, 1u, 0u), true},
    {"sder", CP15(1u, 0u, 1u, 1u), false},
    {"nsacr", CP15(1u, 0u, 1u, 2u), false},
    {"csselr", CP15(0u, 2u, 0u, 0u), false},
    {"ttbr0", CP15(2u, 0u, 0u, 0u), false},
    {"ttbr1", CP15(2u, 0u, 0u, 1u), false},
    {"ttbcr", CP15(2u, 0u, 0u, 2u), false},
    {"dacr", CP15(3u, 0u, 0u, 0u), true},
    {"dfsr", CP15(5u, 0u, 0u, 0u), false},
    {"ifsr", CP15(5u, 0u, 0u, 1u), false},
    {"dfar", CP15(6u, 0u, 0u, 0u), false},
    {"ifar", CP15(6u, 0u, 0u, 2u), false},
    {"par", CP15(7u, 0u, 4u, 0u), false},
    {"pmuserenr", CP15(9u, 0u, 14u, 0u), false},
    {"prrr", CP15(10u, 0u, 2u, 0u), false},
    {"nmrr", CP15(10u, 0u, 2u, 1u), false},
    {"vbar", CP15(12u, 0u, 0u, 0u), false},
    {"mvbar", CP15(12u, 0u, 0u, 1u), false},
    {"fcseidr", CP15(13u, 0u, 0u, 0u), true},
    {"contextidr", CP15(13u, 0u, 0u, 1u), false},
    {"tpidrurw", CP15(13u, 0u, 0u, 2u), false},
    {"tpidruro", CP15(13u, 0u, 0u, 3u), false},
    {"tpidrprw", CP15(13u, 0u, 0u, 4u), false},
};

#define OFFERED (sizeof(offered) / sizeof(offered[0]))

/* The two lists inside a core's state (struct ARMCPU of QEMU 7.2). */
struct lists {
  uint64_t *numbers;
  uint64_t *values;
  int32_t length;
};

static size_t lists_offset;     /* in a core's state; 0 = not found */
static size_t field_offset;     /* in a description: where its word lies */
static size_t offsets[OFFERED]; /* in a core's state; 0 = none */

static bool is_lists(const struct lists *lists) {
  static uint64_t numbers[LIST_MAX];
  bool found = false;

  if (lists->length < 20 || lists->length > LIST_MAX ||
      lists->numbers == NULL || lists->values == NULL ||
      !core_state_peek(lists->numbers, numbers,
                       (size_t)lists->length * sizeof(numbers[0])) ||
      !core_state_peek(lists->values, &(uint64_t){0}, sizeof(uint64_t))) {
    return false;
  }
  for (int32_t i = 0; i < lists->length; i++) {
    if (i > 0 && numbers[i] <= numbers[i - 1]) {
      return false; /* they are sorted */
    }
    found = found || numbers[i] == offered[0].number;
  }
  return found;
}

static void find_lists(void) {
  struct lists lists;

  for (size_t at = 8; at + sizeof(lists) <= core_state_size(); at += 8) {
    memcpy(&lists, core_state(0) + at, sizeof(lists));
    if (is_lists(&lists)) {
      lists_offset = at;
      return;
    }
  }
}

/* The table of registers lies right before the lists. */
static const struct cp_register *description_of(uint32_t key) {
  struct table *table = NULL;

  memcpy(&table, core_state(0) + lists_offset - sizeof(table), sizeof(table));
  return emulator.get_arm_cp_reginfo(table, key);
}

/* A number in a description, or 0. */
static int64_t field_of(const struct cp_register *description, size_t at) {
  int64_t value = 0;

  memcpy(&value, (const uint8_t *)description + at, sizeof(value));
  return value;
}

/*
 * Where in a description it says where its register lies: where all that were
 * found say so. Those that say 0 are computed, and must not be written.
 */
static bool is_field(size_t at) {
  size_t agree = 0;

  for (size_t i = 0; i < OFFERED; i++) {
    if (offsets[i] != 0) {
      int64_t says = field_of(description_of((uint32_t)offered[i].number), at);
      if ((size_t)says + core_state_registers() != offsets[i]) {
        return false;
      }
      agree++;
    }
  }
  return agree >= 8;
}

static void find_field(void) {
  for (size_t at = 8; at < DESCRIPTION_MAX && field_offset == 0; at += 8) {
    field_offset = is_field(at) ? at : 0;
  }
}

/* Offset of the one word that takes both patterns; 0 = none or several. */
static size_t offset_of(const struct cp_register *description) {
  static uint8_t first[STATE_MAX];
  static uint8_t before[STATE_MAX];
  uint8_t *state = core_state(0);
  uint8_t *registers = state + core_state_registers();
  size_t found = 0;

  memcpy(before, state, core_state_size());
  emulator.raw_write(registers, description, PATTERN);
  memcpy(first, state, core_state_size());
  emulator.raw_write(registers, description, ~PATTERN);
  for (size_t at = 0; at < core_state_size(); at += sizeof(uint32_t)) {
    uint32_t one = 0;
    uint32_t other = 0;
    memcpy(&one, first + at, sizeof(one));
    memcpy(&other, state + at, sizeof(other));
    if (one != other) {
      found = found == 0 && one == PATTERN && other == ~PATTERN ? at : SIZE_MAX;
    }
  }
  memcpy(state, before, core_state_size());
  return found == SIZE_MAX ? 0 : found;
}

void system_state_find(void) {
  find_lists();
  if (lists_offset == 0) {
    return;
  }
  for (size_t i = 0; i < OFFERED; i++) {
    const struct cp_register *description =
        description_of((uint32_t)offered[i].number);
    offsets[i] = description == NULL ? 0 : offset_of(description);
  }
  find_field();
}

size_t system_state_count(void) {
  return OFFERED;
}

const char *system_state_name(size_t index) {
  return offered[index].name;
}

bool system_state_is_found(size_t index) {
  return offsets[index] != 0;
}

uint32_t system_state_flip(int core, size_t index, uint32_t mask) {
  uint32_t *word = core_state_word(core, offsets[index]);
  uint32_t old = *word;

  *word ^= mask;
  if (offered[index].flush) {
    emulator.tlb_flush(emulator.qemu_get_cpu(core));
  }
  /* Writing CPSR makes the emulator look at the control registers again. */
  emulator_write_register(core, CPSR, emulator_read_register(core, CPSR));
  return old;
}

/* Has a word been told already, or is it offered? Else it has been, now. */
static bool is_known(size_t offset) {
  static size_t told[OTHERS_MAX];
  static size_t count;

  for (size_t i = 0; i < OFFERED; i++) {
    if (offsets[i] == offset) {
      return true;
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (told[i] == offset) {
      return true;
    }
  }
  if (count < OTHERS_MAX) {
    told[count++] = offset;
  }
  return false;
}

static const char *reason_of(const struct cp_register *description,
                             bool secure) {
  int64_t field = field_of(description, field_offset);

  if (field == 0) {
    return secure ? "the emulator computes it and keeps no word of it" : NULL;
  }
  if (is_known((size_t)field + core_state_registers())) {
    return NULL;
  }
  return secure ? "the emulator keeps it, but does not act on what it holds"
                : "of the non-secure state, which no core is in";
}

static void tell_one(uint32_t key, void (*tell)(const char *, const char *)) {
  const struct cp_register *description = description_of(key);
  const char *name = NULL;
  char text[NAME_MAX_SIZE] = "";

  if (description == NULL) {
    return;
  }
  const char *why = reason_of(description, (key & NON_SECURE) == 0);
  memcpy(&name, description, sizeof(name));
  if (why != NULL && core_state_peek(name, text, sizeof(text) - 1)) {
    tell(text, why);
  }
}

/* crn, crm, opc1 and opc2 at their places in a key. */
static uint32_t fields_of(uint32_t number) {
  return (number >> 10) << 11 | (number >> 6 & 0xfu) << 7 | (number & 0x3fu);
}

void system_state_others(void (*tell)(const char *name, const char *why)) {
  static const uint32_t banks[] = {0, NON_SECURE};

  if (field_offset == 0) {
    tell("others", "the emulator's descriptions are not understood");
    return;
  }
  for (size_t bank = 0; bank < sizeof(banks) / sizeof(banks[0]); bank++) {
    for (uint32_t coprocessor = 14; coprocessor <= 15; coprocessor++) {
      for (uint32_t number = 0; number < NUMBERS; number++) {
        tell_one(banks[bank] | coprocessor << 16 | fields_of(number), tell);
      }
    }
  }
}
