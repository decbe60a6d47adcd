/* SPDX-License-Identifier: BSD-2-Clause */
/* What the debug calls that print show, as lines on the kernel's console. */
#pragma once

struct tcb;

/* The current thread, then every ready one, highest priority first. */
void debug_dump_scheduler(void);

/* The occupied slots of the thread's CSpace root: index and type code. */
void debug_dump_capabilities(const struct tcb *tcb);
