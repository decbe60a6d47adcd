/* SPDX-License-Identifier: BSD-2-Clause */
/* Making of processes: address space, capability space, thread. */
#pragma once

#include "rt/start.h"
#include "sel4/types.h"
#include "system.h"

struct process {
  const struct process_plan *plan;
  cptr_t untyped; /* all its memory */
  cptr_t pd;
  cptr_t cnode;
  cptr_t tcb;
  cptr_t further_tcbs;   /* the plan says how many */
  cptr_t endpoint;       /* what it serves; full rights */
  cptr_t event;          /* bound to its thread, if it serves */
  vaddr_t entry;         /* its first instruction */
  word_t mark;           /* of its threads: COUNTED_MARK, or 0 */
  struct rt_start start; /* to become its start page */
};

/** Take the page that lends its address to the loading of others. Call once.
 */
void process_loader_start(void);

/** Make the objects of a process after `plan` and load its program. */
void process_create(struct process *process, const struct process_plan *plan,
                    const struct boot_arguments *arguments);

/* A capability as a process gets it. */
struct grant {
  word_t slot; /* in its CNode */
  cptr_t cap;  /* the root task's, copied */
  word_t rights;
  word_t badge; /* 0 = none */
};

/* A frame as a process sees it. */
struct mapping {
  cptr_t frame;
  vaddr_t address;
  word_t rights;
  word_t attributes; /* VM_* */
};

/** Put a copy of a capability into its CNode. */
void process_give(const struct process *process, const struct grant *grant);

/** Map a frame; makes the page table if it is missing. */
void process_map(const struct process *process, const struct mapping *mapping);

/** Give stack, start page, IPC buffer and registers; name the thread. The
 * start page is final with this. It does not run yet. */
void process_finish(struct process *process);

/** Let it run. */
void process_resume(const struct process *process);
