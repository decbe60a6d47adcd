/* SPDX-License-Identifier: BSD-2-Clause */
/* Cores and what they share: time, coherency, the reset controller. */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

/* Start the global timer. Called before .bss is cleared: uses no data. */
void cores_start_time(void);

/* Outer cache and snoop control unit, before any other core runs. */
void cores_prepare(void);

/* Start core 1..3 at real address `entry` with `argument` in r0. */
void cores_start(word_t core, paddr_t entry, word_t argument);

/* crt.S */
extern const char parking_stub[];
NORETURN void loader_jump(paddr_t entry, word_t argument);
