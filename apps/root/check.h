/* SPDX-License-Identifier: BSD-2-Clause */
/* How the root task ends when it can not build the system. */
#pragma once

#include "sel4/types.h"

/* Exit codes of a run that the root task ends; else it is the workload's. */
enum root_exit {
  ROOT_EXIT_USAGE = 2, /* no such application */
  ROOT_EXIT_FAULT = 3, /* a process failed */
  ROOT_EXIT_SETUP = 4, /* the system could not be built; RT_EXIT_PANIC */
};

/** Unless `error` is ERR_NONE: print "root: <what>: <error>" and end the run.
 */
void check(seL4_Error error, const char *what);
