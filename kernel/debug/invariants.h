/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of the kernel's state whenever user mode runs: the derivation
 * list, untyped watermarks, thread states and queues, notifications, ASIDs.
 * For tests only: no kernel that is shipped links it.
 */
#pragma once

#include "abi/types.h"

struct tcb;

/*
 * Look at everything that can be reached from the CSpace of `tcb`: its slots,
 * the CNodes and threads in them, and so on. Changes nothing.
 *
 * @return NULL, or a sentence that does not hold but should.
 */
const char *invariants_broken(const struct tcb *tcb);
