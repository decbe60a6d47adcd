/* SPDX-License-Identifier: BSD-2-Clause */
/* The program, but for where it keeps its keys. */
#pragma once

#include "keeper.h"

/** Everything that main does. @param keeper  NULL: nothing is kept.
 * @return Exit code. */
int kv_run(int argc, char **argv, const struct keeper *keeper);
