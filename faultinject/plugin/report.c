/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin.json (facts) and shared.bin (the shared region with all flight
 * recorders). Called on the path of exit(), from whichever thread that is.
 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "checkpoint.h"
#include "clock.h"
#include "count.h"
#include "mark.h"
#include "memory.h"
#include "profile.h"
#include "registers.h"
#include "trace.h"
#include "trigger.h"
#include "watchdog.h"

#define SHARED_BASE 0x4e000000u /* kernel/abi/abi/memory.h */
#define SHARED_SIZE 0x40000u

static void write_words(FILE *out, const char *key, const uint32_t *words) {
  int cores = emulator_count_cores();

  fprintf(out, "  \"%s\": [", key);
  for (int core = 0; core < cores; core++) {
    fprintf(out, "%s%" PRIu32, core == 0 ? "" : ", ", words[core]);
  }
  fprintf(out, "],\n");
}

static void write_counts(FILE *out) {
  int cores = options.count ? emulator_count_cores() : 0;

  fprintf(out, "  \"instructions\": {");
  for (int core = 0; core < cores; core++) {
    fprintf(out, "%s\n    \"%d\": {", core == 0 ? "" : ",", core);
    for (unsigned class = 0; class < options.class_count; class ++) {
      fprintf(out, "%s\"%s\": %" PRIu64, class == 0 ? "" : ", ",
              options.classes[class], count_of(core, class));
    }
    fprintf(out, "}");
  }
  fprintf(out, "},\n");
}

static void write_clocks(FILE *out) {
  int cores = options.clock ? emulator_count_cores() : 0;

  fprintf(out, "  \"line_cost\": %" PRIu64 ",\n", options.line_cost);
  fprintf(out, "  \"clocks\": {");
  for (int core = 0; core < cores; core++) {
    struct moment moment = clock_of(core);
    fprintf(out,
            "%s\n    \"%d\": {\"clock\": %" PRIu64 ", \"lines\": %" PRIu64
            ", \"executed\": %" PRIu64 ", \"waited\": %" PRIu64 "}",
            core == 0 ? "" : ",", core, moment.length, moment.lines,
            count_total(core), clock_waited(core));
  }
  fprintf(out, "},\n");
}

static void write_flip(FILE *out) {
  const struct trigger_facts *facts = &trigger_facts;

  fprintf(out, "  \"flip_fired\": %s,\n", facts->fired ? "true" : "false");
  fprintf(out, "  \"flip_ns\": %" PRId64 ",\n", facts->fired_ns);
  fprintf(out, "  \"flip_stamp\": %" PRIu64 ",\n", facts->stamp);
  fprintf(out, "  \"flip_before\": %" PRIu32 ",\n", facts->before);
  fprintf(out, "  \"flip_after\": %" PRIu32 ",\n", facts->after);
  write_words(out, "flip_pc", facts->pc);
  write_words(out, "flip_cpsr", facts->cpsr);
}

static void write_digests(FILE *out) {
  fprintf(out, "  \"digests\": {");
  for (size_t i = 0; i < options.digest_count; i++) {
    fprintf(out, "%s\"%s\": \"%016" PRIx64 "\"", i == 0 ? "" : ", ",
            options.digests[i].name, memory_digest(&options.digests[i]));
  }
  fprintf(out, "},\n");
}

static void write_facts(FILE *out) {
  uint32_t pc[CORES_MAX] = {0};

  for (int core = 0; core < emulator_count_cores(); core++) {
    pc[core] = emulator_read_register(core, 15);
  }
  fprintf(out, "{\n  \"format\": 1,\n  \"reason\": \"%s\",\n",
          trigger_limit_reached ? "limit" : "guest-exit");
  fprintf(out, "  \"virtual_ns\": %" PRId64 ",\n",
          emulator.qemu_clock_get_ns(CLOCK_VIRTUAL));
  fprintf(out, "  \"slice_ns\": %" PRId64 ",\n", options.slice);
  fprintf(out, "  \"selftest\": \"passed\",\n");
  fprintf(out, "  \"stuck_core\": %d,\n", watchdog_facts.core);
  fprintf(out, "  \"stuck_ns\": %" PRId64 ",\n", watchdog_facts.at_ns);
  fprintf(out, "  \"traced\": %" PRIu64 ",\n", trace_instructions());
  fprintf(out, "  \"idle_ns\": %" PRId64 ",\n", trace_idle_ns());
  registers_report(out);
  write_flip(out);
  write_counts(out);
  write_clocks(out);
  fprintf(out, "  \"converged_ns\": %" PRId64 ",\n", checkpoint_converged());
  if (checkpoint_converged() < 0) {
    write_digests(out); /* else they are the fault-free run's */
  }
  write_words(out, "end_pc", pc);
  fprintf(out, "  \"cores\": %d\n}\n", emulator_count_cores());
}

static FILE *open_output(const char *name) {
  char path[PATH_SIZE + 32];

  snprintf(path, sizeof(path), "%s/%s", options.out, name);
  FILE *out = fopen(path, "wb");
  if (out == NULL) {
    fprintf(stderr, "trireme-plugin: can not write %s\n", path);
  }
  return out;
}

static void write_shared(void) {
  static uint8_t bytes[SHARED_SIZE];
  FILE *out = open_output("shared.bin");

  if (out != NULL) {
    emulator.cpu_physical_memory_rw(SHARED_BASE, bytes, SHARED_SIZE, false);
    fwrite(bytes, 1, SHARED_SIZE, out);
    fclose(out);
  }
}

static void write_journal(void) {
  FILE *out = options.clock ? open_output("journal.bin") : NULL;

  if (out != NULL) {
    clock_write_journal(out);
    fclose(out);
  }
}

static void write_marks(void) {
  FILE *out = options.mark_count > 0 ? open_output("marks.bin") : NULL;

  if (out != NULL) {
    mark_write(out);
    fclose(out);
  }
}

static void write_profile(void) {
  FILE *out = options.profile.end != 0 ? open_output("profile.txt") : NULL;

  if (out != NULL) {
    profile_write(out);
    fclose(out);
  }
}

void report_write(void) {
  write_shared();
  write_profile();
  write_journal();
  write_marks();
  FILE *out = open_output("plugin.json");
  if (out != NULL) {
    write_facts(out);
    fclose(out);
  }
}
