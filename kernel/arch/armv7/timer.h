/* SPDX-License-Identifier: BSD-2-Clause */
/* Start-up of this core's timers; the rest is in kernel/arch.h. */
#pragma once

/* Tick and alarm off, nothing pending: a restarted core keeps old settings. */
void timer_init(void);
