/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second, smaller emulator plug-in, for `./trireme bench kernel` and `bench
 * shim`: how many instructions lie between a system-call instruction, or one
 * whose data access is refused, and the next instruction in user mode. It only
 * counts; the first plug-in drives the run.
 *
 * Arguments: out=FILE, vectors=ADDRESS of the kernel's vector table, and any
 * number of wait=START-END, instructions that do not count; hexadecimal.
 * FILE: a line "CORE NUMBER INSTRUCTIONS TIMES" for each length of a path that
 * occurred; NUMBER is the system-call number without its sign, 0 for a data
 * abort.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator.h"

#define API_VERSION 1
#define KERNEL_START 0xe0000000u
#define SVC_VECTOR 0x08u /* offset in the vector table, aligned to 32 bytes */
#define VECTOR_MASK 0x1fu
#define DATA_VECTOR 0x10u
#define NUMBERS 80u
#define LENGTHS 16384u /* longer paths count as this long */
#define RANGES_MAX 4
#define REGISTER_NUMBER 7 /* r7 holds the system call's number */

EXPORT extern const int qemu_plugin_version;
const int qemu_plugin_version = API_VERSION;

struct range {
  unsigned long start;
  unsigned long end;
};

static struct range waits[RANGES_MAX];
static int wait_count;
static char out[256];

/* The path that a core is on; length 0: in user mode, or not by a call. */
static struct path {
  uint32_t number; /* NUMBERS: no system call */
  uint32_t length;
} paths[CORES_MAX];

static uint32_t times[CORES_MAX][NUMBERS][LENGTHS];

static void in_user(unsigned core, void *opaque) {
  struct path *path = &paths[core % CORES_MAX];
  (void)opaque;
  if (path->length > 0 && path->number < NUMBERS) {
    uint32_t length = path->length < LENGTHS ? path->length : LENGTHS - 1;
    times[core % CORES_MAX][path->number][length]++;
  }
  path->length = 0;
}

static void in_kernel(unsigned core, void *opaque) {
  (void)opaque;
  paths[core % CORES_MAX].length++;
}

/* The vector is the first of a block, so registers are where they belong. */
static void at_svc_vector(unsigned core, void *opaque) {
  struct path *path = &paths[core % CORES_MAX];
  (void)opaque;
  path->number = 0u - emulator_read_register((int)core, REGISTER_NUMBER);
  path->length = 1;
}

static void at_data_vector(unsigned core, void *opaque) {
  (void)opaque;
  paths[core % CORES_MAX] = (struct path){.number = 0, .length = 1};
}

static void at_other_vector(unsigned core, void *opaque) {
  struct path *path = &paths[core % CORES_MAX];
  (void)opaque;
  path->number = NUMBERS;
  path->length = 1;
}

static bool is_wait(uint64_t address) {
  bool wait = false;
  for (int i = 0; i < wait_count; i++) {
    wait = wait || (address >= waits[i].start && address < waits[i].end);
  }
  return wait;
}

static unsigned long vectors; /* address of the table */

static void (*callback_of(uint64_t address))(unsigned, void *) {
  if (address < KERNEL_START) {
    return in_user;
  }
  if ((address & ~(uint64_t)VECTOR_MASK) == vectors) {
    switch (address & VECTOR_MASK) {
    case SVC_VECTOR:
      return at_svc_vector;
    case DATA_VECTOR:
      return at_data_vector;
    default:
      return at_other_vector;
    }
  }
  return is_wait(address) ? NULL : in_kernel;
}

static void translated(uint64_t id, struct tb *tb) {
  (void)id;
  for (size_t i = 0; i < emulator.qemu_plugin_tb_n_insns(tb); i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    void (*callback)(unsigned, void *) =
        callback_of(emulator.qemu_plugin_insn_vaddr(insn));
    if (callback != NULL) {
      emulator.qemu_plugin_register_vcpu_insn_exec_cb(
          insn, callback, CALLBACK_NO_REGISTERS, NULL);
    }
  }
}

static void write_core(FILE *file, int core) {
  for (unsigned at = 0; at < NUMBERS * LENGTHS; at++) {
    unsigned number = at / LENGTHS;
    unsigned length = at % LENGTHS;
    if (times[core][number][length] != 0) {
      fprintf(file, "%d %u %u %u\n", core, number, length,
              times[core][number][length]);
    }
  }
}

static void at_exit(uint64_t id, void *opaque) {
  FILE *file = fopen(out, "w");
  (void)id;
  (void)opaque;
  if (file == NULL) {
    return;
  }
  for (int core = 0; core < CORES_MAX; core++) {
    write_core(file, core);
  }
  fclose(file);
}

static bool parse(const char *text) {
  struct range *range = &waits[wait_count];
  if (strncmp(text, "out=", 4) == 0) {
    return snprintf(out, sizeof out, "%s", text + 4) < (int)sizeof out;
  }
  if (strncmp(text, "vectors=", 8) == 0) {
    return sscanf(text + 8, "%lx", &vectors) == 1;
  }
  if (strncmp(text, "wait=", 5) == 0 && wait_count < RANGES_MAX) {
    wait_count++;
    return sscanf(text + 5, "%lx-%lx", &range->start, &range->end) == 2;
  }
  return false;
}

int qemu_plugin_install(uint64_t id, const struct plugin_info *info, int argc,
                        char **argv) {
  (void)info;
  if (emulator_bind() != NULL) {
    return -1;
  }
  if (!emulator_take_arguments("trireme-paths", parse, argc, argv)) {
    return -1;
  }
  emulator.qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  emulator.qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
