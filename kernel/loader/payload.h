/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts that pack.py put behind the loader. */
#pragma once

#include "abi/types.h"

#define PAYLOAD_MAGIC 0x444c5950u /* "PYLD" */

enum payload_part {
  PAYLOAD_KERNEL = 0,
  PAYLOAD_DEVICE_TREE = 1,
  PAYLOAD_ROOT = 2,
  PAYLOAD_PARTS = 3,
};

struct part {
  char name[16]; /* for messages; NUL terminated */
  const uint8_t *start;
  word_t size; /* bytes */
  word_t crc32;
};

struct payload {
  word_t magic;
  word_t part_count;
  word_t replicated; /* 0: baseline, which runs one replica only */
  struct part parts[PAYLOAD_PARTS];
};

/* payload.S, as pack.py writes it. */
extern const struct payload payload;

/* Magic, bounds and digest of every part; refuses to boot if wrong. */
void payload_check(void);
