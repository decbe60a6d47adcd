/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the runtime keeps per thread. TPIDRURO (the thread-local storage base)
 * points at it, so that each thread finds its own IPC buffer.
 */
#pragma once

#include "abi/message.h"

#define RT_THREADS_MAX 3

struct rt_thread {
  struct ipc_buffer *ipc_buffer;
};

/** @return The calling thread's record; valid after rt_thread_enter. */
static inline struct rt_thread *rt_thread_self(void) {
  struct rt_thread *self;
  /* TPIDRURO: Arm ARM DDI 0406C B4.1.149 */
  __asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(self));
  return self;
}

/**
 * Make `thread` the calling thread's record. Each thread does this before any
 * other call of the runtime. `thread` must live as long as the thread.
 */
void rt_thread_enter(struct rt_thread *thread);

/**
 * What a further thread of a process runs; the process's plan says how many
 * there are. They start with the first one, before its main(). Must not use the
 * C library: it knows one thread only. When it returns, the thread only yields.
 *
 * @param thread  From 1.
 */
void rt_thread_main(word_t thread);
