/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exercises the drivers, one part after the other: `devices [PART...]`. A part
 * prints what it reads, so that the console of a replicated run can be compared
 * with that of a run without replication.
 */
#include "parts.h"

#include "app/arguments.h"
#include "app/console.h"

#include <stdio.h>
#include <string.h>

struct part {
  const char *name;
  bool (*check)(void);
};

static const struct part parts[] = {
    {"flash", part_flash},
    {"store", part_store},
    {"sensors", part_sensors},
    {"sd", part_sd},
    {"gpio", part_gpio},
    {"epit", part_epit},
    {"watchdog", part_watchdog},
    {"starve", part_starve}, /* the last one: only by name */
};

#define PARTS (sizeof parts / sizeof parts[0])
#define PARTS_OF_ALL (PARTS - 1)

static const struct part *find(const char *name) {
  for (size_t i = 0; i < PARTS; i++) {
    if (strcmp(parts[i].name, name) == 0) {
      return &parts[i];
    }
  }
  return NULL;
}

static bool perform(const struct part *part) {
  bool works = part->check();
  printf("%s: %s\n", part->name, works ? "works" : "FAILS");
  return works;
}

static bool perform_all(void) {
  bool all = true;
  for (size_t i = 0; i < PARTS_OF_ALL; i++) {
    all = perform(&parts[i]) && all;
  }
  return all;
}

static int refuse(void) {
  puts("usage: devices [PART...]; parts:");
  for (size_t i = 0; i < PARTS; i++) {
    puts(parts[i].name);
  }
  return EXIT_USAGE;
}

int main(int argc, char **argv) {
  console_start();
  bool all = argc > 1 || perform_all();
  for (int i = 1; i < argc; i++) {
    const struct part *part = find(argv[i]);
    if (part == NULL) {
      return refuse();
    }
    all = perform(part) && all;
  }
  puts(all ? "devices work" : "devices FAIL");
  return all ? 0 : 1;
}
