/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls outside the API range that the kernel itself answers. */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

struct tcb;

/*
 * Serve a debug call: DebugPutChar .. DebugNameThread (abi/syscall.h); of
 * these DebugHalt does not return.
 * @return False if `number` is none of them.
 */
MUST_CHECK bool syscall_debug(struct tcb *tcb, word_t number);
