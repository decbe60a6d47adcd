/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flight recorders across restarts. A reset loads the image again but leaves
 * RAM as it was, perhaps: nothing here is believed unless its check fits.
 */
#pragma once

#include "abi/types.h"

/* The memory that recorders live in, of abi/memory.h. */
struct recorder_memory {
  uint8_t *shared; /* one block per replica, BOOT_MAX_REPLICAS of them */
  uint8_t *past;   /* PAST_LIVES places */
};

struct recorder_start {
  word_t generation; /* of the life that begins, from 1 */
  bool first;        /* no trace of an earlier life: nothing has run here */
};

/*
 * Put the rings of the last life aside, clear the shared region, and begin a
 * new life with the next number.
 * Context: before any replica runs.
 */
struct recorder_start recorder_begin(const struct recorder_memory *memory);
