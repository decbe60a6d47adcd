/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A core that can not even fetch its exception vectors takes prefetch aborts
 * for ever without executing an instruction. On the board the other cores go
 * on; in the emulator virtual time counts instructions, so it stands still and
 * nobody's turn ever ends. This finds such a core and switches it off, which
 * is the same to everybody else. It acts at a moment of virtual time that does
 * not depend on the host: time stands still until it acts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct watchdog_facts {
  int core;      /* that was switched off last, -1 = none */
  int64_t at_ns; /* virtual time */
};

extern struct watchdog_facts watchdog_facts;

/** Start to watch. Context: the machine begins to run. */
void watchdog_start(void);

/** The same in a forked child, which has one thread: the caller. */
void watchdog_restart(void);

/** Tell which thread runs the cores, if it is the caller's. Cheap. */
void watchdog_note_core_thread(void);

/** While held, time may stand still: somebody works at a frozen moment. */
void watchdog_hold(bool hold);
