/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of the tests. They run the same program at the same addresses as the
 * test (which is the root task's thread, priority 255), below it: a worker runs
 * only while the test waits. What a worker returns, and each fault that it
 * makes, arrives at the test as a message, in the order in which it happened.
 */
#pragma once

#include "abi/error.h"
#include "arena.h"
#include "rt/thread.h"
#include "sel4/types.h"

#define WORKERS 6
#define WORKER_PRIORITY 100u
#define WORKER_DONE 0x77u /* label of the message when a worker returns */
#define EVENT_WORDS 16

typedef word_t worker_entry(word_t argument);

/* A message from a worker. */
struct worker_event {
  word_t worker; /* its number */
  word_t label;  /* WORKER_DONE or enum fault */
  word_t length;
  word_t mr[EVENT_WORDS];
};

/** Make the endpoint of the messages; first thing in a group with workers. */
void workers_begin(void);

/** Make worker `number`: in the test's own address space, or in `space`. */
void worker_make(word_t number);
void worker_make_in(word_t number, cptr_t space);

/** @return Its TCB. */
cptr_t worker_tcb(word_t number);

/** @return Its IPC buffer. Not while it runs. */
struct ipc_buffer *worker_buffer(word_t number);

/** @return The registers with which it would begin. */
seL4_UserContext worker_registers(word_t number, worker_entry *entry,
                                  word_t argument);

/** Begin `entry(argument)`. It runs when the test waits. */
void worker_run(word_t number, worker_entry *entry, word_t argument);

/** Make and run in one. */
void worker_start(word_t number, worker_entry *entry, word_t argument);

void worker_priority(word_t number, word_t priority);

/** @return The next message. */
struct worker_event worker_wait(void);

/** Wait for the end of a worker. @return What it returned, or ~0 when
 * anything else came. */
word_t worker_result(word_t number);

/** @return Whether there is a message. It is lost if there is. */
bool worker_event_waits(void);

/** Let all workers run until none can. */
void workers_settle(void);

/** @return Endpoint cap by which worker `number` sends its messages; and the
 * test's own, with all rights. */
cptr_t worker_cap(word_t number);
cptr_t workers_endpoint(void);
