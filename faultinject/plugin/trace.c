/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two times are kept per byte: of its last write and of its last read since.
 * Reads that follow each other are one interval, unless single classes are
 * asked for: then every read ends an interval, within a window.
 */
#define _GNU_SOURCE
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "options.h"

#define RAM_BASE 0x10000000u
#define RAM_SIZE 0x40000000u
#define PAGE 4096u
#define PAGES (RAM_SIZE / PAGE)
#define PROOFS 4096u  /* accesses whose address is computed twice */
#define PIECE 4u      /* longest record, bytes */
#define READ_WRITE 3  /* QEMU_PLUGIN_MEM_RW */
#define TEXT_SHIFT 32 /* of an instruction's size beside its address */

/* Times are one more than the instruction's; 0 = never. */
struct history {
  uint32_t written;
  uint32_t read;
};

static struct history *histories; /* one per byte of RAM */
static uint8_t touched[PAGES];
static FILE *output;
static uint8_t *ram;         /* host address of RAM_BASE */
static uint64_t executed;    /* instructions, the current one included */
static int64_t idle_ns;      /* virtual time minus instructions */
static uint32_t now;         /* virtual ns after the current instruction */
static unsigned proofs;      /* accesses checked so far */
static uint64_t gap;         /* emulator's address minus ours, constant */
static struct cpu **current; /* where the cores' thread keeps its core */

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "trireme-plugin: trace: %s\n", what);
  _exit(EXIT_FAILURE);
}

void trace_start(void) {
  uint64_t length = RAM_SIZE;

  if (options.trace.file[0] == '\0') {
    return;
  }
  output = fopen(options.trace.file, "wb");
  histories =
      mmap(NULL, (size_t)RAM_SIZE * sizeof(*histories), PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ram = emulator.cpu_physical_memory_map(RAM_BASE, &length, false);
  if (output == NULL || histories == MAP_FAILED || ram == NULL ||
      length != RAM_SIZE) {
    fail("can not start");
  }
}

static void emit(uint32_t at, unsigned size, uint32_t first, uint32_t last) {
  const struct trace_record record = {RAM_BASE + at, first, last,
                                      (uint16_t)size, TRACE_READ};

  if (options.trace.classes &&
      (last <= options.trace.first || first >= options.trace.last)) {
    return;
  }
  if (fwrite(&record, sizeof(record), 1, output) != 1) {
    fail("can not write");
  }
}

static bool alike(uint32_t at, unsigned size) {
  for (unsigned i = 1; i < size; i++) {
    if (histories[at + i].written != histories[at].written ||
        histories[at + i].read != histories[at].read) {
      return false;
    }
  }
  return true;
}

static uint32_t latest(const struct history *history) {
  return history->read > history->written ? history->read : history->written;
}

/* A read or write of bytes with the same history. */
static void touch_alike(uint32_t at, unsigned size, bool store) {
  const struct history *old = &histories[at];

  if (options.trace.classes) {
    if (!store) {
      emit(at, size, latest(old), now);
    }
  } else if (store && old->read > old->written) {
    emit(at, size, old->written, old->read);
  }
  for (unsigned i = 0; i < size; i++) {
    if (store) {
      histories[at + i].written = now;
    } else {
      histories[at + i].read = now;
    }
  }
}

static void touch(uint32_t at, unsigned size, bool store) {
  touched[at / PAGE] = 1;
  touched[(at + size - 1) / PAGE] = 1;
  while (size != 0) {
    unsigned piece = size < PIECE ? size : PIECE;
    if (!alike(at, piece)) {
      piece = 1;
    }
    touch_alike(at, piece, store);
    at += piece;
    size -= piece;
  }
}

/* Time stands still while all cores sleep, and then jumps: the difference is
 * read with no core named, because the clock of a running core is not exact. */
static void entered(unsigned core, void *opaque) {
  (void)core;
  (void)opaque;
  if (current == NULL) {
    current = emulator_current_core();
  }
  struct cpu *before = *current;
  *current = NULL;
  idle_ns = emulator.icount_get() - emulator.icount_get_raw();
  *current = before;
}

static void executing(unsigned core, void *opaque) {
  uint64_t text = (uintptr_t)opaque;

  (void)core;
  executed++;
  uint64_t time = executed + (uint64_t)idle_ns;
  if (time > UINT32_MAX) {
    fail("the run is longer than 4.2 s of virtual time");
  }
  now = (uint32_t)time;
  if (text != 0) {
    touch((uint32_t)text, (unsigned)(text >> TEXT_SHIFT), false);
  }
}

/* Offset of a host address in RAM, or RAM_SIZE. */
static uint32_t offset_of(const void *host) {
  uintptr_t offset = (uintptr_t)host - (uintptr_t)ram;

  return offset < RAM_SIZE ? (uint32_t)offset : RAM_SIZE;
}

/* The start of struct qemu_plugin_hwaddr of QEMU 7.2. */
struct place {
  bool is_io;
  bool is_store;
  const void *host;
};

/* That layout is proved by what the emulator's own function says. */
static void prove(const struct hwaddr *place, uint32_t offset) {
  uint64_t difference =
      emulator.qemu_plugin_hwaddr_phys_addr(place) - RAM_BASE - offset;

  if (proofs != 0 && difference != gap) {
    fail("addresses of accesses are not understood");
  }
  gap = difference;
  proofs++;
}

static void accessed(unsigned core, uint32_t info, uint64_t address,
                     void *opaque) {
  struct hwaddr *found = emulator.qemu_plugin_get_hwaddr(info, address);
  const struct place *place = (const void *)found;

  (void)core;
  (void)opaque;
  if (found == NULL || emulator.qemu_plugin_hwaddr_is_io(found)) {
    return;
  }
  uint32_t offset = offset_of(place->host);
  if (offset == RAM_SIZE) {
    return; /* on-chip RAM or ROM */
  }
  if (proofs < PROOFS) {
    prove(found, offset);
  }
  touch(offset, 1u << emulator.qemu_plugin_mem_size_shift(info),
        emulator.qemu_plugin_mem_is_store(info));
}

void trace_translated(struct tb *tb) {
  if (output == NULL) {
    return;
  }
  emulator.qemu_plugin_register_vcpu_tb_exec_cb(tb, entered,
                                                CALLBACK_NO_REGISTERS, NULL);
  for (size_t i = 0; i < emulator.qemu_plugin_tb_n_insns(tb); i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    uint32_t offset = offset_of(emulator.qemu_plugin_insn_haddr(insn));
    uint64_t text = offset == RAM_SIZE
                        ? 0
                        : (uint64_t)emulator.qemu_plugin_insn_size(insn)
                                  << TEXT_SHIFT |
                              offset;
    emulator.qemu_plugin_register_vcpu_insn_exec_cb(
        insn, executing, CALLBACK_NO_REGISTERS, (void *)(uintptr_t)text);
    emulator.qemu_plugin_register_vcpu_mem_cb(
        insn, accessed, CALLBACK_NO_REGISTERS, READ_WRITE, NULL);
  }
}

static void finish_bytes(uint32_t at, unsigned size) {
  const struct history *old = &histories[at];
  const struct trace_record tail = {RAM_BASE + at, latest(old), UINT32_MAX,
                                    (uint16_t)size, TRACE_UNREAD};

  if (!options.trace.classes && old->read > old->written) {
    emit(at, size, old->written, old->read);
  }
  if (fwrite(&tail, sizeof(tail), 1, output) != 1) {
    fail("can not write");
  }
}

static void finish_page(uint32_t start) {
  for (uint32_t at = start; at < start + PAGE; at += PIECE) {
    if (alike(at, PIECE)) {
      finish_bytes(at, PIECE);
      continue;
    }
    for (uint32_t byte = at; byte < at + PIECE; byte++) {
      finish_bytes(byte, 1);
    }
  }
}

void trace_finish(void) {
  for (uint32_t page = 0; output != NULL && page < PAGES; page++) {
    if (touched[page] != 0) {
      finish_page(page * PAGE);
    }
  }
  if (output != NULL && fclose(output) != 0) {
    fail("can not write");
  }
  output = NULL;
}

uint64_t trace_instructions(void) {
  return executed;
}

int64_t trace_idle_ns(void) {
  return idle_ns;
}
