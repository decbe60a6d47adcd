/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deletion of capabilities and destruction of the objects whose last one
 * goes. No recursion: CNodes and TCBs that die inside a dying CNode are
 * chained through their own slots. All work in steps, with preemption points.
 */
#pragma once

#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/slot.h"

/*
 * Empty a slot; destroys the object if this was its last capability. Nothing
 * happens to an empty slot.
 * @return ERR_NONE or ERR_PREEMPTED (call again; state is consistent).
 */
MUST_CHECK enum err delete_slot(struct cap_slot *slot);

/* Delete all descendants of the capability in `slot`. Errors: as above. */
MUST_CHECK enum err delete_descendants(struct cap_slot *slot);

/*
 * Empty a slot whose capability certainly is no CNode or TCB (reply
 * capabilities, notifications of IRQ handlers). Does not preempt.
 */
void delete_simple(struct cap_slot *slot);
