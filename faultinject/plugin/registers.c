/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Banked: switch the mode by writing CPSR as a debugger would, flip, switch
 * back. CP15: the emulator's own description of a register writes two patterns,
 * and the one word of the core's state that takes both is the register. Where
 * the descriptions lie is searched for and checked, because no header says so.
 */
#define _GNU_SOURCE
#include "registers.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator.h"
#include "options.h"

#define CPSR 25
#define MODE 0x1fu
#define BIT 0x8u /* flipped when a register is proved */
#define LIST_MAX 1024
#define VERDICTS 64
#define STATE_MAX 65536u /* more than a core's state */
#define PATTERN 0x2a5c96e1u

/* Number of a CP15 register of 32 bits, as the lists have it. Without their
 * head it is the key of its secure bank, which is ours. */
#define CP15(crn, opc1, crm, opc2)                                             \
  (0x4020000000000000u | 15u << 16 | (crn) << 11 | (crm) << 7 | (opc1) << 3 |  \
   (opc2))

static const struct {
  const char *name;
  uint64_t number;
  bool flush;    /* the TLB holds what follows from it */
  bool constant; /* the emulator keeps no state for it */
} system_registers[] = {
    {"sctlr", CP15(1u, 0u, 0u, 0u), true, false},
    {"actlr", CP15(1u, 0u, 0u, 1u), false, true},
    {"cpacr", CP15(1u, 0u, 0u, 2u), false, false},
    {"ttbr0", CP15(2u, 0u, 0u, 0u), false, false},
    {"ttbr1", CP15(2u, 0u, 0u, 1u), false, false},
    {"ttbcr", CP15(2u, 0u, 0u, 2u), false, false},
    {"dacr", CP15(3u, 0u, 0u, 0u), true, false},
    {"dfsr", CP15(5u, 0u, 0u, 0u), false, false},
    {"ifsr", CP15(5u, 0u, 0u, 1u), false, false},
    {"dfar", CP15(6u, 0u, 0u, 0u), false, false},
    {"ifar", CP15(6u, 0u, 0u, 2u), false, false},
    {"vbar", CP15(12u, 0u, 0u, 0u), false, false},
    {"prrr", CP15(10u, 0u, 2u, 0u), false, false},
    {"nmrr", CP15(10u, 0u, 2u, 1u), false, false},
    {"contextidr", CP15(13u, 0u, 0u, 1u), false, false},
    {"tpidrurw", CP15(13u, 0u, 0u, 2u), false, false},
    {"tpidruro", CP15(13u, 0u, 0u, 3u), false, false},
    {"tpidrprw", CP15(13u, 0u, 0u, 4u), false, false},
};

static const struct {
  const char *suffix;
  uint32_t mode;
} modes[] = {{"_usr", 0x1f}, {"_fiq", 0x11}, {"_irq", 0x12},
             {"_svc", 0x13}, {"_abt", 0x17}, {"_und", 0x1b}};

static const char *const banked[] = {
    "r13_usr",  "r14_usr", "r8_fiq",  "r9_fiq",   "r10_fiq", "r11_fiq",
    "r12_fiq",  "r13_fiq", "r14_fiq", "spsr_fiq", "r13_irq", "r14_irq",
    "spsr_irq", "r13_svc", "r14_svc", "spsr_svc", "r13_abt", "r14_abt",
    "spsr_abt", "r13_und", "r14_und", "spsr_und"};

#define SYSTEM_COUNT (sizeof(system_registers) / sizeof(system_registers[0]))
#define BANKED_COUNT (sizeof(banked) / sizeof(banked[0]))

/* The two lists inside a core's state (struct ARMCPU of QEMU 7.2). */
struct lists {
  uint64_t *numbers;
  uint64_t *values;
  int32_t length;
};

static struct {
  const char *name;
  const char *verdict;
} verdicts[VERDICTS];
static size_t verdict_count;
static size_t lists_offset;     /* in a core's state; 0 = not found */
static size_t registers_offset; /* the same, of r0 */
static size_t state_size;       /* of a core, bytes; 0 = nothing was found */
static size_t word_offsets[SYSTEM_COUNT]; /* in a core's state; 0 = none */

/* Copy memory that may not exist. */
static bool peek(const void *from, void *to, size_t size) {
  struct iovec here = {to, size};
  struct iovec there = {(void *)(uintptr_t)from, size};

  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)size;
}

static bool is_lists(const struct lists *lists) {
  static uint64_t numbers[LIST_MAX];
  bool found = false;

  if (lists->length < 20 || lists->length > LIST_MAX ||
      lists->numbers == NULL || lists->values == NULL ||
      !peek(lists->numbers, numbers,
            (size_t)lists->length * sizeof(numbers[0])) ||
      !peek(lists->values, &(uint64_t){0}, sizeof(uint64_t))) {
    return false;
  }
  for (int32_t i = 0; i < lists->length; i++) {
    if (i > 0 && numbers[i] <= numbers[i - 1]) {
      return false; /* they are sorted */
    }
    found = found || numbers[i] == system_registers[0].number;
  }
  return found;
}

/* The cores lie side by side in memory, so their distance is their size. */
static void find_lists(void) {
  const uint8_t *core = (const uint8_t *)emulator.qemu_get_cpu(0);
  const uint8_t *other = (const uint8_t *)emulator.qemu_get_cpu(1);
  struct lists lists;

  for (size_t at = 8; other != NULL && core + at + sizeof(lists) <= other;
       at += 8) {
    memcpy(&lists, core + at, sizeof(lists));
    if (is_lists(&lists)) {
      lists_offset = at;
      return;
    }
  }
}

/* The table of registers lies right before the lists. */
static const struct cp_register *description_of(int core, uint64_t number) {
  const uint8_t *state = (const uint8_t *)emulator.qemu_get_cpu(core);
  struct table *table = NULL;

  memcpy(&table, state + lists_offset - sizeof(table), sizeof(table));
  return emulator.get_arm_cp_reginfo(table, (uint32_t)number);
}

/* r0-r3 are the first words of a core's registers: a pattern finds them. */
static void find_registers(void) {
  const uint8_t *core = (const uint8_t *)emulator.qemu_get_cpu(0);
  const uint8_t *other = (const uint8_t *)emulator.qemu_get_cpu(1);
  uint32_t pattern[4];
  uint32_t before[4];

  for (int i = 0; i < 4; i++) {
    before[i] = emulator_read_register(0, i);
    pattern[i] = 0x54726900u + (uint32_t)i * 0x01010101u;
    emulator_write_register(0, i, pattern[i]);
  }
  for (size_t at = 0; other != NULL && core + at + sizeof(pattern) <= other;
       at += 4) {
    if (registers_offset == 0 &&
        memcmp(core + at, pattern, sizeof(pattern)) == 0) {
      registers_offset = at;
    }
  }
  for (int i = 0; i < 4; i++) {
    emulator_write_register(0, i, before[i]);
  }
}

static uint32_t *word_of(int core, size_t index) {
  uint8_t *state = (uint8_t *)emulator.qemu_get_cpu(core);

  return (uint32_t *)(void *)(state + word_offsets[index]);
}

/* Offset of the one word that takes both patterns; 0 = none or several. */
static size_t offset_of(size_t index) {
  static uint8_t first[STATE_MAX];
  uint8_t *state = (uint8_t *)emulator.qemu_get_cpu(0);
  const struct cp_register *description =
      description_of(0, system_registers[index].number);
  size_t found = 0;

  if (description == NULL || state_size == 0) {
    return 0;
  }
  emulator.raw_write(state + registers_offset, description, PATTERN);
  memcpy(first, state, state_size);
  emulator.raw_write(state + registers_offset, description, ~PATTERN);
  for (size_t at = 0; at < state_size; at += sizeof(uint32_t)) {
    uint32_t one = 0;
    uint32_t other = 0;
    memcpy(&one, first + at, sizeof(one));
    memcpy(&other, state + at, sizeof(other));
    if (one != other) {
      found = found == 0 && one == PATTERN && other == ~PATTERN ? at : SIZE_MAX;
    }
  }
  return found == SIZE_MAX ? 0 : found;
}

static void find_words(void) {
  static uint8_t before[STATE_MAX];
  uint8_t *state = (uint8_t *)emulator.qemu_get_cpu(0);

  memcpy(before, state, state_size);
  for (size_t i = 0; i < SYSTEM_COUNT; i++) {
    word_offsets[i] = system_registers[i].constant ? 0 : offset_of(i);
    memcpy(state, before, state_size);
  }
}

static uint32_t flip_system(int core, size_t index, uint32_t mask) {
  uint32_t *word = word_of(core, index);
  uint32_t old = *word;

  *word ^= mask;
  if (system_registers[index].flush) {
    emulator.tlb_flush(emulator.qemu_get_cpu(core));
  }
  /* Writing CPSR makes the emulator look at the control registers again. */
  emulator_write_register(core, CPSR, emulator_read_register(core, CPSR));
  return old;
}

static uint32_t mode_of(const char *name) {
  for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
    if (strstr(name, modes[i].suffix) != NULL) {
      return modes[i].mode;
    }
  }
  return 0;
}

static uint32_t flip_banked(int core, const char *name, uint32_t mask) {
  uint32_t cpsr = emulator_read_register(core, CPSR);
  int number = 0;

  if (sscanf(name, "r%d_", &number) != 1) {
    return 0; /* SPSR: no debugger's register shows it */
  }
  emulator_write_register(core, CPSR, (cpsr & ~MODE) | mode_of(name));
  uint32_t old = emulator_read_register(core, number);
  emulator_write_register(core, number, old ^ mask);
  emulator_write_register(core, CPSR, cpsr);
  return old;
}

uint32_t registers_flip(int core, const char *name, uint32_t mask) {
  for (size_t i = 0; i < SYSTEM_COUNT; i++) {
    if (strcmp(name, system_registers[i].name) == 0) {
      return word_offsets[i] == 0 ? 0 : flip_system(core, i, mask);
    }
  }
  return flip_banked(core, name, mask);
}

static void prove(const char *name, bool readable) {
  const char *verdict = "no way to write it was found";

  if (readable) {
    uint32_t before = registers_flip(0, name, BIT);
    uint32_t after = registers_flip(0, name, BIT);
    uint32_t again = registers_flip(0, name, BIT);
    registers_flip(0, name, BIT);
    bool good = after == (before ^ BIT) && again == before;
    verdict = good ? "ok" : "a flip is not read back";
  }
  verdicts[verdict_count].name = name;
  verdicts[verdict_count++].verdict = verdict;
}

void registers_probe(void) {
  for (size_t i = 0; i < SYSTEM_COUNT; i++) {
    prove(system_registers[i].name, word_offsets[i] != 0);
  }
  for (size_t i = 0; i < BANKED_COUNT; i++) {
    prove(banked[i], banked[i][0] == 'r');
  }
}

static bool wanted(void) {
  for (size_t i = 0; i < options.action_count; i++) {
    if (options.actions[i].kind == ACTION_NAMED) {
      return true;
    }
  }
  return options.probe;
}

void registers_start(void) {
  if (!wanted()) {
    return;
  }
  find_lists();
  find_registers();
  const uint8_t *core = (const uint8_t *)emulator.qemu_get_cpu(0);
  const uint8_t *other = (const uint8_t *)emulator.qemu_get_cpu(1);
  if (lists_offset != 0 && registers_offset != 0 &&
      (size_t)(other - core) <= STATE_MAX) {
    state_size = (size_t)(other - core);
    find_words();
  }
}

void registers_report(FILE *out) {
  fprintf(out, "  \"registers\": {");
  for (size_t i = 0; i < verdict_count; i++) {
    fprintf(out, "%s\"%s\": \"%s\"", i == 0 ? "" : ", ", verdicts[i].name,
            verdicts[i].verdict);
  }
  fprintf(out, "},\n");
}
