/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by vectors.S for aborts from user mode, on the kernel stack. */
#pragma once

void fault_prefetch_abort(void);
void fault_data_abort(void);
