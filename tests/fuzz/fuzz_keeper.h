/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SAVE under fuzzing: the keeper of `kvkeep` (apps/kv/flash_keeper.c) in front
 * of a record store that is a plain table, is sometimes full, and sometimes
 * stops working. After every SAVE the table is compared with the database.
 */
#pragma once

#include "keeper.h"

#define FUZZ_NEVER UINT32_MAX

/** Make the shared memory of the store; once, before anything else. */
void fuzz_keeper_begin(void);

/** Server `side` (0 or 1) is served next; the store answers so many calls,
 * then none any more. */
void fuzz_keeper_use(uint32_t side, uint32_t calls);

/** flash_keeper, checked. */
extern const struct keeper fuzz_keeper;

/** @return Whether both servers have kept the same. */
bool fuzz_keeper_sides_agree(void);

/** @return Saves so far that were DONE, and that were not. */
unsigned long fuzz_keeper_done(void);
unsigned long fuzz_keeper_failed(void);

/** Of fuzz_kv.c: say what does not hold, and end. */
_Noreturn void fuzz_fail(const char *what);
