/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: the TCB object, its states and its invocations. */
#pragma once

#include "abi/error.h"
#include "abi/object.h"
#include "abi/types.h"
#include "arch/types.h"
#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/cspace.h"
#include "kernel/invocation.h"
#include "kernel/sched.h"
#include "kernel/slot.h"

enum tcb_slot {
  TCB_SLOT_CSPACE = 0,
  TCB_SLOT_VSPACE = 1,
  TCB_SLOT_REPLY = 2,  /* master reply capability of this thread */
  TCB_SLOT_CALLER = 3, /* reply capability to whom this thread serves */
  TCB_SLOT_BUFFER = 4, /* frame of the IPC buffer */
  TCB_SLOT_COUNT = 5,
};

enum thread_state {
  THREAD_INACTIVE = 0,
  THREAD_RUNNING = 1,
  THREAD_RESTART = 2, /* runnable; continues at CONTEXT_FAULT_IP */
  THREAD_BLOCKED_ON_RECEIVE = 3,
  THREAD_BLOCKED_ON_SEND = 4,
  THREAD_BLOCKED_ON_REPLY = 5,
  THREAD_BLOCKED_ON_NOTIFICATION = 6,
};

#define TCB_NAME_SIZE 16
#define TCB_PRIORITY_MAX 255u
#define TCB_SLICE_TICKS 5u
#define TCB_FLAG_FPU_DISABLED (1u << 0)
#define TCB_FAULT_WORDS 6

/* A fault that waits for its handler's reply. */
struct tcb_fault {
  word_t kind; /* enum fault */
  word_t word[TCB_FAULT_WORDS];
};

struct tcb {
  struct context context; /* offset 0: the vectors save registers here */
  struct cap_slot slots[TCB_SLOT_COUNT];
  word_t state; /* enum thread_state */
  word_t priority;
  word_t mcp; /* highest priority that this thread may give */
  word_t domain;
  word_t queue_next; /* paddr; 0 = in no queue; a pair with the next */
  word_t queue_prev;
  word_t slice;            /* ticks left */
  word_t ready;            /* in a ready queue */
  paddr_t blocking_object; /* endpoint or notification */
  word_t blocking_badge;
  word_t blocking_grant;
  word_t blocking_grant_reply;
  word_t blocking_call;
  cptr_t fault_handler;
  vaddr_t ipc_buffer;
  paddr_t bound_notification; /* 0 = none */
  paddr_t fpu_user; /* this thread if it may use floating point, else 0 */
  word_t imprecise; /* interrupted where others may have been elsewhere */
  struct tcb_fault fault;
  char name[TCB_NAME_SIZE]; /* NUL padded */
  struct fpu_context fpu;   /* older than the registers of the owner: fpu.h */
};

_Static_assert(offsetof(struct tcb, context) == 0, "vectors.S relies on it");
_Static_assert(offsetof(struct tcb, slots) % 16 == 0, "slots are aligned");
_Static_assert(sizeof(struct tcb) <= 1u << TCB_BITS, "ABI");

static inline struct tcb *tcb_at(paddr_t paddr) {
  return arch_ptr(paddr);
}

/* Zeroed memory becomes an inactive thread (section "new TCB" of the ABI). */
void tcb_init(struct tcb *tcb);

/* Set the name that event records show and write an EVENT_THREAD record. */
void tcb_set_name(struct tcb *tcb, const char *name, word_t length);

invocation_handler tcb_invoke;

/* ---- states -------------------------------------------------------------- */

static inline bool thread_is_runnable(const struct tcb *tcb) {
  return tcb->state == THREAD_RUNNING || tcb->state == THREAD_RESTART;
}

/* Change state; a thread that stops being runnable leaves the scheduler. */
static inline void thread_set_state(struct tcb *tcb, enum thread_state state) {
  tcb->state = state;
  if (!thread_is_runnable(tcb))
    sched_remove(tcb);
}

/* Cancel what it waits for; inactive until resumed. */
void thread_suspend(struct tcb *tcb);

/* Cancel what it waits for and continue at CONTEXT_FAULT_IP. */
void thread_resume(struct tcb *tcb);

/* The last capability of a thread goes: take it out of everything. */
void tcb_destroy(struct tcb *tcb);
