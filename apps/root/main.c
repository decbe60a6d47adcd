/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task: builds the system for the application that the command line
 * names (that application, one that runs beside it if the build names any, and
 * the servers that they use), lets it run, and waits for its end or for the
 * first fault. Has no devices of its own and serves nobody.
 */
#include "arguments.h"
#include "check.h"
#include "layout.h"
#include "memory.h"
#include "monitor.h"
#include "process.h"
#include "rt/print.h"
#include "rt/root.h"
#include "sel4/sel4.h"
#include "wiring.h"

#define APPLICATIONS_MAX 2
#define PROCESSES_MAX (RT_SERVICE_COUNT + APPLICATIONS_MAX)

/* What runs: the application of the command line, and one beside it or NULL. */
struct choice {
  const struct process_plan *application;
  const struct process_plan *beside;
};

static struct process processes[PROCESSES_MAX];
static word_t process_count;
static struct process *servers[RT_SERVICE_COUNT];

static struct process *add_process(const struct process_plan *plan,
                                   const struct boot_arguments *arguments) {
  struct process *process = &processes[process_count++];
  process_create(process, plan, arguments);
  return process;
}

/* The services that the applications use, and those that their servers use:
 * these have smaller numbers. */
static uint32_t services_of(const struct choice *choice) {
  uint32_t services = choice->application->uses;
  if (choice->beside != NULL) {
    services |= choice->beside->uses;
  }
  for (word_t i = RT_SERVICE_COUNT; i-- > 0;) {
    if ((services & (1u << i)) != 0) {
      services |= system_find_server((enum rt_service)i)->uses;
    }
  }
  return services;
}

static void connect_to_servers(struct process *client) {
  for (word_t i = 0; i < RT_SERVICE_COUNT; i++) {
    if ((client->plan->uses & (1u << i)) != 0) {
      wiring_connect(client, servers[i]);
    }
  }
}

/* Servers first, so that each is there before its client is joined to it. */
static void build_system(const struct choice *choice,
                         const struct boot_arguments *arguments) {
  uint32_t services = services_of(choice);
  for (word_t i = 0; i < RT_SERVICE_COUNT; i++) {
    if ((services & (1u << i)) != 0) {
      servers[i] =
          add_process(system_find_server((enum rt_service)i), arguments);
      wiring_serve(servers[i], arguments);
      connect_to_servers(servers[i]);
    }
  }
  connect_to_servers(add_process(choice->application, arguments));
  if (choice->beside != NULL) {
    connect_to_servers(add_process(choice->beside, arguments));
  }
}

/* All start pages are final: from here on, nothing is given any more. */
static cptr_t start_system(void) {
  cptr_t untyped = memory_untyped(ENDPOINT_BITS);
  cptr_t endpoint = memory_objects(untyped, OBJECT_ENDPOINT, 0, 1);
  for (word_t i = 0; i < process_count; i++) {
    process_give(&processes[i],
                 &(struct grant){CHILD_PARENT, endpoint,
                                 RIGHT_WRITE | RIGHT_GRANT_REPLY, i + 1});
    process_finish(&processes[i]);
  }
  for (word_t i = 0; i < process_count; i++) {
    process_resume(&processes[i]);
  }
  return endpoint;
}

static const struct process_plan *
choose_application(const struct boot_arguments *arguments) {
  char name[BOOT_COMMAND_LINE_SIZE];
  arguments_first_word(arguments, name);
  const struct process_plan *application = system_find_application(name);
  if (application == NULL) {
    rt_print("root: unknown application '");
    rt_print(name);
    rt_print("'; there are:");
    system_print_applications();
    rt_print("\n");
    seL4_DebugHalt(ROOT_EXIT_USAGE);
  }
  return application;
}

_Noreturn void root_main(const struct bootinfo *info) {
  const struct boot_arguments *arguments = arguments_find(info);
  if (arguments == NULL) {
    rt_panic("the kernel gave no boot arguments");
  }
  const struct process_plan *application = choose_application(arguments);
  const struct choice choice = {application, system_find_beside(application)};
  memory_start(info);
  process_loader_start();
  build_system(&choice, arguments);
  monitor_run(start_system(), processes, choice.beside == NULL ? 1 : 2);
}
