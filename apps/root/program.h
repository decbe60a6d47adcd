/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that are embedded in the root task; the build lists them. */
#pragma once

#include "abi/types.h"

struct program {
  const char *name;
  const uint8_t *start; /* ELF file, page aligned */
  const uint8_t *end;
  word_t counts; /* its branches: abi/counted.h */
};

/* Ends with a row of NULLs. */
extern const struct program program_table[];
