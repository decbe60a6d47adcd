/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A third emulator plug-in, for tests: writes down each time that a core comes
 * by one of the listed instructions, with the arguments of a function that
 * begins there and what one of them points to; and has cores take turns at
 * other moments, as they might anyway. It changes nothing else of the run; the
 * first plug-in drives it.
 *
 * Arguments: out=FILE and any number of at=ADDRESS:REGISTER:WORDS, the address
 * hexadecimal. FILE: a line "CORE NS ADDRESS R0 R1 R2 R3 WORD..." for each
 * time, where NS is the virtual time before it (less exact after accesses to
 * devices) and there are as many words from where the register points to as was
 * asked for. Registers are where they belong only at the start of a block of
 * code, which the first instruction of a function is.
 * wait=ADDRESS:CORE  nobody executes the block that begins there before CORE
 *                    has come there as often; who waits can be interrupted
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
#define BEFORE_RETURN 2 /* a return address less this lies in the call */
#define ADD_U64 0       /* QEMU_PLUGIN_INLINE_ADD_U64 */

EXPORT extern const int qemu_plugin_version;
const int qemu_plugin_version = API_VERSION;

static struct place {
  unsigned long address;
  int pointer; /* number of a register */
  unsigned words;
} places[PLACES_MAX];

static int place_count;

static struct {
  unsigned long address;
  unsigned core;
  unsigned passes[CORES_MAX];
} waits;

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

/* Leaves the block at its entry and ends the turn: does not return then. */
static __attribute__((noinline)) void come_to_wait(unsigned core,
                                                   void *opaque) {
  uintptr_t from = (uintptr_t)__builtin_return_address(0) - BEFORE_RETURN;
  struct cpu *cpu = *emulator_current_core();
  (void)opaque;

  if (core == waits.core || waits.passes[core] < waits.passes[waits.core]) {
    waits.passes[core]++;
    return;
  }
  executed--;
  emulator.cpu_restore_state(cpu, from, true);
  emulator.cpu_exit(cpu);
  emulator.cpu_loop_exit_noexc(cpu);
}

static void call_at(struct insn *insn, void (*function)(unsigned, void *),
                    void *argument) {
  emulator.qemu_plugin_register_vcpu_insn_exec_cb(
      insn, function, CALLBACK_NO_REGISTERS, argument);
}

/* The first instruction of a block. */
static void begins(struct insn *insn, uint64_t address) {
  if (waits.address == address) {
    call_at(insn, come_to_wait, NULL);
  }
}

static void translated(uint64_t id, struct tb *tb) {
  (void)id;
  for (size_t i = 0; i < emulator.qemu_plugin_tb_n_insns(tb); i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    uint64_t address = emulator.qemu_plugin_insn_vaddr(insn);
    emulator.qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
                                                        &executed, 1);
    if (i == 0) {
      begins(insn, address);
    }
    for (int j = 0; j < place_count; j++) {
      if (places[j].address == address) {
        call_at(insn, passed, &places[j]);
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
  if (strncmp(text, "wait=", 5) == 0) {
    return sscanf(text + 5, "%lx:%u", &waits.address, &waits.core) == 2 &&
           waits.core < CORES_MAX;
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

int qemu_plugin_install(uint64_t id, const struct plugin_info *info, int argc,
                        char **argv) {
  (void)info;
  void *found = dlsym(RTLD_DEFAULT, "cpu_memory_rw_debug");
  if (emulator_bind() != NULL || found == NULL) {
    return -1;
  }
  memcpy(&read_memory, &found, sizeof found);
  if (!emulator_take_arguments("trireme-watch", parse, argc, argv)) {
    return -1;
  }
  if (out == NULL) {
    return -1;
  }
  emulator.qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  emulator.qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
