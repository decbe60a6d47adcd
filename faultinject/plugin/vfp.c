/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A core's state has a pointer to a chain of sets of registers, each with the
 * name of its description. The names of the two that we want find it.
 */
#include "vfp.h"

#include <stdio.h>
#include <string.h>

#include "core_state.h"
#include "emulator.h"

#define DOUBLES 32
#define HALVES (2 * DOUBLES)
#define FPSCR HALVES
#define FPEXC (HALVES + 1)
#define COUNT (HALVES + 2)
#define FPEXC_ENABLE (1u << 30)
#define NAME_SIZE_VFP 12
#define XML_SIZE 12
#define SETS_MAX 8
#define REGISTERS_MAX 256
#define VALUE_MAX 16 /* bytes of the longest register */

/* struct GDBRegisterState of QEMU 7.2 */
struct set {
  int32_t first;
  int32_t count;
  int (*get)(void *registers, struct byte_array *, int number);
  int (*put)(void *registers, uint8_t *, int number);
  const char *xml;
  const struct set *next;
};

/* Where a register is: a set, a number in it, and which word of its value. */
struct place {
  const struct set *set;
  int number;
  size_t word;
};

static const char *const data_sets[] = {"arm-neon.xml", "arm-vfp3.xml"};
static const char *const system_sets[] = {"arm-vfp-sysr"};

static const struct set *data;    /* d0-d31, then q0-q15, FPSCR */
static const struct set *control; /* FPSID, FPEXC */

static bool is_named(const struct set *set, const char *const *wanted,
                     size_t count) {
  char name[XML_SIZE + 1] = "";

  if (set->xml == NULL || !core_state_peek(set->xml, name, XML_SIZE)) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    if (strncmp(name, wanted[i], XML_SIZE) == 0) {
      return true;
    }
  }
  return false;
}

/* Follow what may be a chain of sets. */
static void look_at(const struct set *set) {
  struct set copy;

  for (int i = 0; i < SETS_MAX && set != NULL; i++, set = copy.next) {
    if (!core_state_peek(set, &copy, sizeof(copy)) || copy.count < 1 ||
        copy.count > REGISTERS_MAX || copy.get == NULL || copy.put == NULL) {
      return;
    }
    data = is_named(&copy, data_sets, 2) ? set : data;
    control = is_named(&copy, system_sets, 1) ? set : control;
  }
}

void vfp_find(void) {
  for (size_t at = 0; at + sizeof(void *) <= core_state_size() && data == NULL;
       at += sizeof(void *)) {
    const struct set *set = NULL;
    memcpy(&set, core_state(0) + at, sizeof(set));
    look_at(set);
  }
}

size_t vfp_count(void) {
  return COUNT;
}

const char *vfp_name(size_t index) {
  static char names[COUNT][NAME_SIZE_VFP];

  if (index >= HALVES) {
    return index == FPSCR ? "fpscr" : "fpexc";
  }
  snprintf(names[index], NAME_SIZE_VFP, "d%u_%s", (unsigned)index / 2,
           index % 2 == 0 ? "low" : "high");
  return names[index];
}

static struct place place_of(size_t index) {
  if (index < HALVES) {
    return (struct place){data, (int)index / 2, index % 2};
  }
  if (index == FPSCR) {
    return (struct place){data, data == NULL ? 0 : data->count - 1, 0};
  }
  return (struct place){control, 1, 0};
}

bool vfp_is_found(size_t index) {
  return place_of(index).set != NULL;
}

uint32_t vfp_bit(size_t index) {
  return index == FPEXC ? FPEXC_ENABLE : 0x8u;
}

uint32_t vfp_flip(int core, size_t index, uint32_t mask) {
  struct place place = place_of(index);
  void *registers = core_state(core) + core_state_registers();
  uint8_t value[VALUE_MAX] = {0};
  uint32_t old = 0;

  if (place.set == NULL) {
    return 0;
  }
  struct byte_array *bytes = emulator.g_byte_array_new();
  place.set->get(registers, bytes, place.number);
  if (bytes->length <= sizeof(value)) {
    memcpy(value, bytes->data, bytes->length);
  }
  emulator.g_byte_array_free(bytes, 1);
  memcpy(&old, value + place.word * sizeof(old), sizeof(old));
  uint32_t flipped = old ^ mask;
  memcpy(value + place.word * sizeof(old), &flipped, sizeof(flipped));
  place.set->put(registers, value, place.number);
  /* Writing CPSR makes the emulator look at the control registers again. */
  emulator_write_register(core, CPSR, emulator_read_register(core, CPSR));
  return old;
}
