/* SPDX-License-Identifier: BSD-2-Clause */
/* A workload's input file, read in pieces; never held whole. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Where input comes from. */
struct input {
  /**
   * Get the next piece.
   * @param bytes  Set to the piece, valid until the next call.
   * @return Its length; 0 at the end of the input, -1 if the input is broken.
   */
  int (*next)(const uint8_t **bytes);

  /** Begin again at the first byte; NULL where that can not be. */
  void (*rewind)(void);
};

/** Input from the RAM disk, 4 KiB at a time. */
extern const struct input input_disk;
