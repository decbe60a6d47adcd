/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A shorter way through the commonest system calls: Call and ReplyRecv of at
 * most four words without capabilities, when the other side waits and runs
 * next, and a Send to a notification that nobody waits on. Equal in effect to
 * the ordinary way in every case; what is not so simple is left to that.
 */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

struct tcb;

/*
 * Serve the system call of the current thread. Calls no hook.
 * @return False if it was not served: nothing has changed. True: served to the
 *         end, sched_current is who runs next and its address space and
 *         registers are in place.
 */
MUST_CHECK bool fastpath_syscall(struct tcb *tcb);

/*
 * Kernel entry for system calls where nothing stands behind the hooks: the
 * fast path itself, else kernel_syscall. Counted in running.served_fast.
 */
void fastpath_entry(struct tcb *tcb);
