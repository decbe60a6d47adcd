/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks for unit tests of the kernel: interrupts and preemptions come when the
 * test says so, and ends of the world come back to the test.
 */
#pragma once

#include "abi/types.h"
#include "kernel/hooks.h"

#define FAKE_UPDATE_KINDS 8

enum fake_end {
  FAKE_END_USER,  /* the kernel returned to user mode */
  FAKE_END_IDLE,  /* nothing to run and no interrupt waits */
  FAKE_END_PANIC, /* hook_panic */
  FAKE_END_HALT,  /* hook_halt */
};

struct fake_hooks {
  word_t entries;
  word_t exits;
  word_t entry_kind; /* of the last entry */
  word_t entry_detail;
  bool exit_precise; /* of the last exit */
  word_t halt_code;
  word_t preempt_after;   /* preemption points until one says stop; 0: never */
  word_t preemptions;     /* points that said stop */
  word_t extension;       /* system-call number that hook_syscall serves */
  word_t idle_spurious;   /* wake-ups of the idle loop by nothing */
  word_t raise_when_idle; /* line that hook_idle raises, once; 0: none */
  bool device_access;
  bool may_rejoin;      /* hook_rejoin returns, as after a copy */
  bool retry_access;    /* hook_access_denied says: try again */
  bool serve_access;    /* hook_user_access does it */
  paddr_t user_write;   /* of the last hook_user_write */
  paddr_t image_write;  /* of the last hook_image_write */
  word_t image_written; /* bytes, of all of them */
  paddr_t image_read;   /* the same of hook_image_read */
  word_t image_taken;
  word_t imprecise_gone;             /* calls of hook_imprecise_gone */
  enum interrupt_verdict verdict;    /* of hook_interrupt_taken */
  word_t served;                     /* hook_fastpath_served */
  word_t updates[FAKE_UPDATE_KINDS]; /* hook_object_update, by kind */
};

extern struct fake_hooks fake_hooks;

void fake_hooks_reset(void);

/* Let `irq` wait for delivery; at most 8 wait. */
void fake_hooks_raise(word_t irq);

/* Run a kernel entry point until it returns or the kernel ends. */
enum fake_end fake_hooks_enter(void (*entry)(void));
