/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host tools ask of the plug-in, as parsed from its arguments:
 *
 *   slice=NS                    longest turn of a core in virtual ns, 0 = off
 *   count=on|off                count instructions per core and class
 *   range=CLASS:START-END       class of code addresses, END exclusive
 *   flip=T:mem:ADDRESS:MASK     xor a byte of physical memory at time T
 *   flip=T:reg:CORE:REG:MASK    xor a register (0-15, 25 = CPSR)
 *   flip=T:KIND:CORE:NAME:MASK  KIND: banked, system, vfp (registers.h)
 *   flip=T:stuck:ADDRESS:MASK:LEVEL:UNTIL   bits keep a level until then
 *   probe=on                    prove these registers
 *   flip=T:flush                empty all TLBs
 *   quiet=on|off                flips that move no turn (quiet.h)
 *   flip=T:null                 nothing: the control run's trigger
 *   dump=T:START:LENGTH:FILE    write physical memory at time T
 *   pause=T                     stop the machine at time T for a debugger
 *   limit=T                     end the run at time T, whatever the cores do
 *   events=FD                   flight-recorder records go there as they come
 *   digest=NAME:START:LENGTH[:SKIP_START-SKIP_END]...
 *   trace=FILE                  memory trace of the whole run (trace.h)
 *   classes=FIRST:LAST:FILE     the same, every read between two times alone
 *   clock=on|off                keep critical-path clocks (clock.h); counts too
 *   shared=VIRTUAL:PHYSICAL:LENGTH  memory by which cores tell each other
 *   starts=START-END            registers by which a core starts another
 *   line=N                      instructions that taking over a line costs
 *   mark=ADDRESS                note when a core executes it (mark.h)
 *   profile=START-END           count each instruction (at most 256 KiB)
 *   branches=FILE               trials that are forked from this run (branch.h)
 *   checkpoints=NS              how far apart trials are compared with the run
 *   pace=FD                     flips as bytes come there (pace.h)
 *   told=FD                     how each of them ended goes there
 *   out=DIRECTORY               plugin.json and shared.bin go there
 *
 * Times are virtual nanoseconds, i.e. instructions of all cores together.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLASSES_MAX 8
#define RANGES_MAX 32
#define ACTIONS_MAX 256
#define DIGESTS_MAX 8
#define MARKS_MAX 16
#define SKIPS_MAX 8
#define SHARED_MAX 0x40000u  /* bytes of the shared region */
#define PROFILE_MAX 0x40000u /* bytes of code */
#define NAME_SIZE 24
#define PATH_SIZE 512

/* Classes that exist without any range= argument. */
enum { CLASS_USER = 0, CLASS_KERNEL = 1, CLASS_WAIT = 2, CLASS_BOOT = 3 };

struct code_range {
  uint32_t start;
  uint32_t end;
  unsigned class;
};

enum action_kind {
  ACTION_NULL,
  ACTION_MEMORY,
  ACTION_REGISTER,
  ACTION_NAMED, /* a register that is known by name */
  ACTION_STUCK,
  ACTION_RELEASE,
  ACTION_FLUSH,
  ACTION_PAUSE, /* exact with quiet=on, like all above */
  ACTION_DUMP,
  ACTION_LIMIT,
};

struct action {
  enum action_kind kind;
  int64_t time;     /* virtual ns */
  uint64_t address; /* physical; start of a dump */
  uint64_t length;  /* bytes of a dump */
  int core;
  int reg;
  uint32_t mask;
  uint32_t level;
  char name[NAME_SIZE];
  char file[PATH_SIZE];
};

struct span {
  uint64_t start;
  uint64_t end;
};

struct digest_range {
  char name[NAME_SIZE];
  struct span all;
  struct span skips[SKIPS_MAX];
  size_t skip_count;
};

struct trace_options {
  char file[PATH_SIZE]; /* empty: no trace */
  bool classes;         /* every read ends an interval, within the window */
  uint64_t first;       /* the window, virtual ns, end exclusive */
  uint64_t last;
};

struct options {
  int64_t slice; /* virtual ns; 0 = none */
  bool count;
  bool quiet;
  bool probe;
  char classes[CLASSES_MAX][NAME_SIZE];
  unsigned class_count;
  struct code_range ranges[RANGES_MAX];
  size_t range_count;
  struct action actions[ACTIONS_MAX];
  size_t action_count;
  struct digest_range digests[DIGESTS_MAX];
  size_t digest_count;
  int events; /* file descriptor, -1 = none */
  struct trace_options trace;
  bool clock;
  uint64_t shared_virtual;
  uint64_t shared_physical;
  uint64_t shared_length;
  struct span starts;        /* virtual; empty = none */
  uint64_t line_cost;        /* instructions */
  struct span profile;       /* empty = none */
  uint64_t marks[MARKS_MAX]; /* virtual */
  size_t mark_count;
  char branches[PATH_SIZE]; /* empty: none */
  int64_t checkpoints;      /* virtual ns; 0 = none */
  int told;                 /* file descriptor */
  int pace;                 /* file descriptor, -1 = none */
  char out[PATH_SIZE];
};

extern struct options options;

/** Parse one argument `key=value`. @return false when it makes no sense. */
bool options_parse(const char *argument);
