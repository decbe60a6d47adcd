/* SPDX-License-Identifier: BSD-2-Clause */
/* The board on the host: a console that can be read, and an end. */
#pragma once

#include "abi/types.h"

#define FAKE_TEXT_SIZE 512

struct fake_plat {
  char text[FAKE_TEXT_SIZE]; /* what was printed first; ends with a zero */
  char last_char;
  word_t chars;
  word_t status;         /* of plat_power_off */
  word_t watchdog_flags; /* of the boot configuration, when started */
  word_t ticks;          /* that the watchdog was told of */
};

extern struct fake_plat fake_plat;

/* Called by plat_power_off, which must not return; set by the test. */
extern void (*fake_plat_end)(void);
