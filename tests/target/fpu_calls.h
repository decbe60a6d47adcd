/* SPDX-License-Identifier: BSD-2-Clause */
/* The floating-point registers of the calling thread. */
#pragma once

#include "abi/types.h"

struct fpu_registers {
  word_t d[64];
  word_t fpscr;
};

void fpu_put(const struct fpu_registers *from);

/** The first instruction reads a floating-point register. */
void fpu_get(struct fpu_registers *to);

/** @return The bits of the single-precision sum 1 + 2 + ... + n; n > 0. */
word_t fpu_sum(word_t n);
