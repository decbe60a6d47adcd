/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tests as a root task: there is nothing else in the system. Runs all
 * groups, or the one that the command line names as its second word, and ends
 * the run with 0 if every check held. Its console is the same, byte for byte,
 * whatever the protection is.
 */
#include "arena.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "root/arguments.h"
#include "rt/print.h"
#include "rt/root.h"
#include "sel4/sel4.h"
#include "space.h"

#include <string.h>

struct group {
  const char *name;
  void (*run)(void);
};

static const struct group groups[] = {
    {"registers", test_registers},
    {"abi", test_abi},
    {"untyped", test_untyped},
    {"retype", test_retype},
    {"cnode", test_cnode},
    {"lookup", test_lookup},
    {"endpoint", test_endpoint},
    {"transfer", test_transfer},
    {"reply", test_reply},
    {"notification", test_notification},
    {"thread", test_thread},
    {"schedule", test_schedule},
    {"fpu", test_fpu},
    {"domain", test_domain},
    {"fault", test_fault},
    {"vspace", test_vspace},
    {"mapping", test_mapping},
    {"cache", test_cache},
    {"image", test_image},
    {"order", test_order},
    {"asids", test_asids},
    {"interrupt", test_interrupt},
    {"driver", test_driver},
    {"sgi", test_sgi},
    {"trespass", test_trespass},
    {"hostile", test_hostile},
    {"rest", test_rest},
};

/* These run only when they are named. */
static const struct group apart[] = {
    {"sleep", test_sleep},           /* WFI by a program */
    {"preemption", test_preemption}, /* interrupts in long operations */
    {"supersection", test_supersection},
    {"fuzz", test_fuzz},           /* random system calls */
    {"fuzz-long", test_fuzz_long}, /* many of them */
    {"trapped", test_trapped},     /* loads and stores on devices */
    {"trapped-long", test_trapped_long},
    {"trapped-short", test_trapped_short},
    {"cost", test_cost},       /* for bench shim */
    {"debug", test_debug},     /* prints what the kernel has */
    {"failing", test_failing}, /* checks that do not hold */
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Second word of the command line; "" if there is none. */
static const char *wanted_group(const struct boot_arguments *arguments) {
  const char *blank = strchr(arguments->command_line, ' ');
  return blank == NULL ? "" : blank + 1;
}

static void run_group(const struct group *group) {
  group->run();
  arena_clear();
  check_report(group->name);
}

static void run_groups(const char *wanted) {
  bool all = *wanted == '\0';
  for (size_t i = 0; i < COUNT(groups); i++) {
    if (all || strcmp(wanted, groups[i].name) == 0) {
      run_group(&groups[i]);
    }
  }
  for (size_t i = 0; i < COUNT(apart); i++) {
    if (strcmp(wanted, apart[i].name) == 0) {
      run_group(&apart[i]);
    }
  }
}

_Noreturn void root_main(const struct bootinfo *info) {
  const struct boot_arguments *arguments = arguments_find(info);
  if (arguments == NULL) {
    rt_panic("no boot arguments");
  }
  memory_start(info);
  arena_start();
  device_start(info, arguments);
  space_start(info);
  abi_start(info);
  run_groups(wanted_group(arguments));
  seL4_DebugHalt(report_total());
}
