/* SPDX-License-Identifier: BSD-2-Clause */
/* A system call seen from all user registers. */
#pragma once

#include "abi/syscall.h"
#include "abi/types.h"

struct registers {
  word_t r[13];
  word_t sp;
  word_t lr;
  word_t flags; /* N, Z, C, V, Q of CPSR */
};

enum { SP = 13, LR = 14, FLAGS = 15 };
#define BIT(reg) (1u << (reg))

/**
 * Execute `svc #0` with r0-r12, lr and flags as in `registers`; what they are
 * afterwards, and sp before and after, replaces them.
 * @param sp_before  Receives the stack pointer at the call.
 */
void call_with(struct registers *registers, word_t *sp_before);

/** TPIDRURW, which user level may write. */
word_t call_read_tpidrurw(void);
void call_write_tpidrurw(word_t value);

/**
 * Spin with r2-r12, lr and flags as in `registers` until `*flag` is 1; what
 * they are afterwards replaces them. Makes no system call.
 */
void call_spin(struct registers *registers, const volatile word_t *flag);
