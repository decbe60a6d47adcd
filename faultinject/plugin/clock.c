/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks are kept as "this moment, when so many instructions had run", so that
 * plain instructions cost nothing beyond being counted.
 */
#include "clock.h"

#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "options.h"
#include "profile.h"

#define LINE 32u /* bytes: Cortex-A9 TRM DDI 0388, 7.1 */
#define LINES_MAX (SHARED_MAX / LINE)
#define WFE 0xe320f002u
#define BLOCK 0x10000u /* kernel/abi/abi/memory.h */
#define RING 0x8000u
#define RING_END 0xf000u
#define RECORD 64u /* kernel/abi/abi/event.h */
#define WORD (sizeof(uint32_t))

struct core {
  struct moment base; /* its clock ... */
  uint64_t at;        /* ... when it had executed so many */
  struct moment told; /* earliest end of a wait that begins now */
  uint64_t told_by_class[CLASSES_MAX]; /* counts when it last told something */
  uint64_t waited;
  uint64_t start; /* of the starts that it has seen */
  uint64_t seen[LINES_MAX];
};

struct line {
  struct moment written;
  uint64_t version; /* 0 = never */
  unsigned writer;
};

struct entry {
  uint8_t record[RECORD];
  uint64_t clock;
  uint64_t lines;
  uint64_t executed;
  uint64_t waited;
};

_Static_assert(sizeof(struct entry) == 96, "host tools read 96 bytes");

static struct core cores[CORES_MAX];
static struct line lines[LINES_MAX];
static uint32_t shadow[SHARED_MAX / WORD];
static const uint32_t *shared; /* as the guest sees it now */
static struct moment started;  /* clock of the last start of a core */
static uint64_t starts;
static struct entry *journal;
static size_t journal_length;
static size_t journal_room;

/* ---- clocks -------------------------------------------------------------- */

static struct moment now(unsigned core) {
  struct moment moment = cores[core].base;

  moment.length += count_total((int)core) - cores[core].at;
  return moment;
}

static struct moment later(struct moment a, struct moment b) {
  return a.length >= b.length ? a : b;
}

static struct moment take_line(struct moment moment) {
  moment.length += options.line_cost;
  moment.lines++;
  return moment;
}

static void set(unsigned core, struct moment moment) {
  cores[core].base = moment;
  cores[core].at = count_total((int)core);
}

struct moment clock_of(int core) {
  return now((unsigned)core);
}

uint64_t clock_waited(int core) {
  return cores[core].waited;
}

/* The core did what others can see: no later wait reaches further back. */
static void tell(unsigned core) {
  cores[core].told = now(core);
  profile_keep(core);
  count_copy((int)core, cores[core].told_by_class);
}

/* ---- what cores do ------------------------------------------------------- */

static void waits(unsigned core, void *opaque) {
  (void)opaque;
  if (core < CORES_MAX) {
    struct core *c = &cores[core];
    c->waited += count_move((int)core, c->told_by_class, CLASS_WAIT);
    count_copy((int)core, c->told_by_class);
    profile_drop(core);
    set(core, c->told);
  }
}

static void note_record(unsigned core, uint64_t offset) {
  if (journal_length == journal_room) {
    journal_room = journal_room == 0 ? 1024 : 2 * journal_room;
    journal = realloc(journal, journal_room * sizeof(*journal));
    if (journal == NULL) {
      abort();
    }
  }
  struct entry *entry = &journal[journal_length++];
  struct moment moment = now(core);
  memcpy(entry->record, (const uint8_t *)shared + offset, RECORD);
  entry->clock = moment.length;
  entry->lines = moment.lines;
  entry->executed = count_total((int)core);
  entry->waited = cores[core].waited;
}

/* The first word of a record is cleared before, and stored after, all others
 * (kernel/core/event.c). */
static bool completes_record(uint64_t offset, uint32_t value) {
  uint64_t place = offset % BLOCK;

  return value != 0 && offset % RECORD == 0 && place >= RING &&
         place < RING_END;
}

static void stored(unsigned core, uint64_t offset) {
  struct line *line = &lines[offset / LINE];
  uint32_t value = shared[offset / WORD];

  if (shadow[offset / WORD] == value) {
    return; /* said before, as owners that wait do */
  }
  shadow[offset / WORD] = value;
  tell(core);
  line->written = cores[core].told;
  line->version++;
  line->writer = core;
  if (completes_record(offset, value)) {
    note_record(core, offset);
  }
}

static void loaded(unsigned core, uint64_t offset) {
  const struct line *line = &lines[offset / LINE];
  struct core *c = &cores[core];

  if (line->writer == core || line->version == c->seen[offset / LINE]) {
    return;
  }
  c->seen[offset / LINE] = line->version;
  c->told = take_line(later(c->told, line->written));
  set(core, take_line(later(now(core), line->written)));
}

static void accessed(unsigned core, uint32_t info, uint64_t address,
                     void *opaque) {
  uint64_t offset = (address & ~(WORD - 1)) - options.shared_virtual;
  uint64_t start = address - options.starts.start;
  bool store = emulator.qemu_plugin_mem_is_store(info);

  (void)opaque;
  if (core >= CORES_MAX) {
    return;
  }
  if (offset < options.shared_length) {
    unsigned bytes = 1u << emulator.qemu_plugin_mem_size_shift(info);
    for (unsigned i = 0; i < bytes; i += WORD) {
      (store ? stored : loaded)(core, offset + i);
    }
  } else if (store && start < options.starts.end - options.starts.start) {
    tell(core);
    started = cores[core].told;
    starts++;
  }
}

/* Code that runs before the MMU is on: the first of it after a start counts
 * from that start. */
static void booting(unsigned core, void *opaque) {
  (void)opaque;
  if (core < CORES_MAX && cores[core].start != starts) {
    cores[core].start = starts;
    set(core, later(now(core), started));
    tell(core);
  }
}

/* ---- instrumentation ----------------------------------------------------- */

static bool is_wfe(const struct insn *insn) {
  uint32_t word = 0;

  if (emulator.qemu_plugin_insn_size(insn) != sizeof(word)) {
    return false;
  }
  memcpy(&word, emulator.qemu_plugin_insn_data(insn), sizeof(word));
  return word == WFE;
}

static void watch(struct insn *insn) {
  emulator.qemu_plugin_register_vcpu_mem_cb(
      insn, accessed, CALLBACK_NO_REGISTERS, MEMORY_LOAD_STORE, NULL);
  if (is_wfe(insn)) {
    emulator.qemu_plugin_register_vcpu_insn_exec_cb(
        insn, waits, CALLBACK_NO_REGISTERS, NULL);
  }
}

void clock_translated(struct tb *tb) {
  size_t total = options.clock ? emulator.qemu_plugin_tb_n_insns(tb) : 0;

  for (size_t i = 0; i < total; i++) {
    struct insn *insn = emulator.qemu_plugin_tb_get_insn(tb, i);
    unsigned class = count_class_of(emulator.qemu_plugin_insn_vaddr(insn));
    if (class != CLASS_USER) {
      watch(insn);
    }
    if (class == CLASS_BOOT && i == 0) {
      emulator.qemu_plugin_register_vcpu_tb_exec_cb(
          tb, booting, CALLBACK_NO_REGISTERS, NULL);
    }
  }
}

void clock_start(void) {
  uint64_t length = options.shared_length;

  if (!options.clock) {
    return;
  }
  shared =
      emulator.cpu_physical_memory_map(options.shared_physical, &length, false);
  if (shared == NULL || length < options.shared_length) {
    fprintf(stderr, "trireme-plugin: the shared region is not RAM\n");
    exit(EXIT_FAILURE);
  }
  memcpy(shadow, shared, options.shared_length);
}

void clock_write_journal(FILE *out) {
  fwrite(journal, sizeof(*journal), journal_length, out);
}
