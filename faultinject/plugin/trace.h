/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory trace of a fault-free run, for def/use pruning: which byte of RAM was
 * read and written at which instruction, instruction fetches included. It must
 * never change what the guest does: it only looks. Not seen: the walks of page
 * tables, and devices that read memory themselves.
 *
 * The file is an array of struct trace_record. Times are virtual ns: a flip at
 * time T with first <= T < last lies in the interval.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "emulator.h"

enum trace_kind {
  TRACE_READ = 1,  /* the interval ends with a read: a flip in it is seen */
  TRACE_UNREAD = 2 /* nobody touched the bytes again; `last` means nothing */
};

/** `size` bytes (a power of two, at most 4) that share an interval. */
struct trace_record {
  uint32_t address; /* physical */
  uint32_t first;   /* virtual ns */
  uint32_t last;
  uint16_t size;
  uint16_t kind; /* enum trace_kind */
};

/** Open the output. Context: the machine begins to run. Ends the run with a
 * message when it can not. Does nothing unless the options ask for a trace. */
void trace_start(void);

/** A block of code was translated. Context: callback of the interface. */
void trace_translated(struct tb *tb);

/** Write what is left. Context: exit. */
void trace_finish(void);

/** Instructions that the trace saw; equals the emulator's own count. */
uint64_t trace_instructions(void);

/** Virtual time that passed while no core ran, ns. */
int64_t trace_idle_ns(void);
