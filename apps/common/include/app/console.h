/* SPDX-License-Identifier: BSD-2-Clause */
/* A workload's console: standard output and input over the serial driver. */
#pragma once

/** Lead standard output and input to the serial service. First call of main.
 * Lines leave whole: the C library holds a line back until it ends. */
void console_start(void);
