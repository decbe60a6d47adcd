/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flight recorders, live: new records of all replicas go to a file descriptor
 * as they are written, oldest first per replica. Reads guest memory only.
 */
#pragma once

#include "emulator.h"

/** Before the first instruction: whose records are there already? */
void recorder_start(void);

/** Look for new records as this code is executed, if anybody wants them. */
void recorder_translated(struct tb *tb);

/** Look for the last ones. Context: no core runs. */
void recorder_finish(void);
