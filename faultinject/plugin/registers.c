/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Three kinds of them, each with its own way to be written: banked.h,
 * system_state.h, vfp.h. Here they prove themselves and get their verdicts.
 */
#include "registers.h"

#include <string.h>

#include "banked.h"
#include "branch.h"
#include "core_state.h"
#include "emulator.h"
#include "options.h"
#include "system_state.h"
#include "vfp.h"

#define BIT 0x8u /* flipped when a register is proved */
#define VERDICTS_MAX 512
#define TEXT_SIZE 24

static const struct kind {
  size_t (*count)(void);
  const char *(*name)(size_t index);
  bool (*is_found)(size_t index);
  uint32_t (*flip)(int core, size_t index, uint32_t mask);
  uint32_t (*bit)(size_t index); /* NULL: BIT will do */
} kinds[] = {
    {system_state_count, system_state_name, system_state_is_found,
     system_state_flip, NULL},
    {banked_count, banked_name, banked_is_found, banked_flip, NULL},
    {vfp_count, vfp_name, vfp_is_found, vfp_flip, vfp_bit},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct {
  char name[TEXT_SIZE];
  const char *verdict;
} verdicts[VERDICTS_MAX];
static size_t verdict_count;

static void tell(const char *name, const char *verdict) {
  for (size_t i = 0; i < verdict_count; i++) {
    if (strcmp(verdicts[i].name, name) == 0) {
      return; /* two registers of one name: the first stands for both */
    }
  }
  if (verdict_count < VERDICTS_MAX) {
    snprintf(verdicts[verdict_count].name, TEXT_SIZE, "%s", name);
    verdicts[verdict_count++].verdict = verdict;
  }
}

bool registers_flip(int core, const char *name, uint32_t mask, uint32_t *old) {
  for (size_t kind = 0; kind < KINDS; kind++) {
    for (size_t i = 0; i < kinds[kind].count(); i++) {
      if (strcmp(name, kinds[kind].name(i)) == 0 && kinds[kind].is_found(i)) {
        *old = kinds[kind].flip(core, i, mask);
        return true;
      }
    }
  }
  return false;
}

static const char *verdict_of(const struct kind *kind, size_t index) {
  uint32_t bit = kind->bit == NULL ? BIT : kind->bit(index);

  if (!kind->is_found(index)) {
    return "no way to write it was found";
  }
  uint32_t before = kind->flip(0, index, bit);
  uint32_t after = kind->flip(0, index, bit);
  uint32_t again = kind->flip(0, index, bit);
  kind->flip(0, index, bit);
  bool good = after == (before ^ bit) && again == before;
  return good ? "ok" : "a flip is not read back";
}

void registers_probe(void) {
  for (size_t kind = 0; kind < KINDS; kind++) {
    for (size_t i = 0; i < kinds[kind].count(); i++) {
      tell(kinds[kind].name(i), verdict_of(&kinds[kind], i));
    }
  }
  system_state_others(tell);
}

static bool wanted(void) {
  for (size_t i = 0; i < options.action_count; i++) {
    if (options.actions[i].kind == ACTION_NAMED) {
      return true;
    }
  }
  return options.probe || branch_flips(":banked:") ||
         branch_flips(":system:") || branch_flips(":vfp:");
}

void registers_start(void) {
  if (!wanted() || !core_state_find()) {
    return;
  }
  system_state_find();
  banked_find();
  vfp_find();
}

void registers_report(FILE *out) {
  fprintf(out, "  \"registers\": {");
  for (size_t i = 0; i < verdict_count; i++) {
    fprintf(out, "%s\"%s\": \"%s\"", i == 0 ? "" : ", ", verdicts[i].name,
            verdicts[i].verdict);
  }
  fprintf(out, "},\n");
}
