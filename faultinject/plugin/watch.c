/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A third emulator plug-in, for tests: writes down each time that a core comes
 * by one of the listed instructions, with the arguments of a function that
 * begins there and what one of them points to. It changes nothing of the run;
 * the first plug-in drives it.
 *
 * Arguments: out=FILE and any number of at=ADDRESS:REGISTER:WORDS, the address
 * hexadecimal. FILE: a line "CORE NS ADDRESS R0 R1 R2 R3 WORD..." for each
 * time, where NS is the virtual time before it and there are as many words from
 * where the register points to as was asked for. Registers are where they
 * belong only at the start of a block of code, which the first instruction of a
 * function is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emulator.h"

#define API_VERSION 1
#define PLACES_MAX 32
#define WORDS_MAX 64u
#define ARGUMENTS 4
#define ADD_U64 0 /* QEMU_PLUGIN_INLINE_ADD_U64 */

EXPORT extern const int qemu_plugin_version;
const int qemu_plugin_version = API_VERSION;

static struct place {
  unsigned long address;
  int pointer; /* number of a register */
  unsigned words;
} places[PLACES_MAX];

static int place_count;
static FILE *out;
static uint64_t executed; /* instructions of all cores, this one included */

/* The emulator's read of a core's memory by virtual address, for debuggers. */
static int (*read_memory)(struct cpu *, uint64_t address, void *, uint64_t,
                          bool write);

/* Instructions, and what passed while all cores slept. */
static uint64_t virtual_ns(void) {
  struct cpu **current = emulator_current_core();
  struct cpu *before = *current;

  *current = NULL; /* the clock of a running core can not be read here */
  int64_t idle = emulator.icount_get() - emulator.icount_get_raw();
  *current = before;
  return executed - 1 + (uint64_t)idle;
}

static void passed(unsigned core, void *opaque) {
  const struct place *place = opaque;
  uint32_t words[WORDS_MAX] = {0};

  fprintf(out, "%u %" PRIu64 " %lx", core, virtual_ns(), place->address);
  for (int i = 0; i < ARGUMENTS; i++) {
    fprintf(out, " %" PRIx32, emulator_read_register((int)core, i));
  }
  if (place->words > 0) {
    read_memory(emulator.qemu_get_cpu((int)core),
                emulator_read_register((int)core, place->pointer), words,
                place->words * sizeof words[0], false);
  }
  for (unsigned i = 0; i < place->words; i++) {
    fprintf(out, " %" PRIx32, words[i]);
  }
  fputc('\n', out);
}

static void translated(uint64_t id, struct tb *tb) {
  (void)id;
  for (size_t i = 0; i < emulator.qemu_plugin_tb_n_insns(tb); i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    uint64_t address = emulator.qemu_plugin_insn_vaddr(insn);
    emulator.qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
                                                        &executed, 1);
    for (int j = 0; j < place_count; j++) {
      if (places[j].address == address) {
        emulator.qemu_plugin_register_vcpu_insn_exec_cb(
            insn, passed, CALLBACK_NO_REGISTERS, &places[j]);
      }
    }
  }
}

static void at_exit(uint64_t id, void *opaque) {
  (void)id;
  (void)opaque;
  fclose(out);
}

static bool parse(const char *text) {
  struct place *place = &places[place_count];
  if (strncmp(text, "out=", 4) == 0 && out == NULL) {
    out = fopen(text + 4, "w");
    return out != NULL;
  }
  if (strncmp(text, "at=", 3) == 0 && place_count < PLACES_MAX) {
    place_count++;
    return sscanf(text + 3, "%lx:%d:%u", &place->address, &place->pointer,
                  &place->words) == 3 &&
           place->pointer >= 0 && place->pointer < ARGUMENTS &&
           place->words <= WORDS_MAX;
  }
  return false;
}

EXPORT int qemu_plugin_install(uint64_t id, const struct plugin_info *info,
                               int argc, char **argv);

int qemu_plugin_install(uint64_t id, const struct plugin_info *info, int argc,
                        char **argv) {
  (void)info;
  void *found = dlsym(RTLD_DEFAULT, "cpu_memory_rw_debug");
  if (emulator_bind() != NULL || found == NULL) {
    return -1;
  }
  memcpy(&read_memory, &found, sizeof found);
  for (int i = 0; i < argc; i++) {
    if (!parse(argv[i])) {
      fprintf(stderr, "trireme-watch: bad argument '%s'\n", argv[i]);
      return -1;
    }
  }
  if (out == NULL) {
    return -1;
  }
  emulator.qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  emulator.qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
