/* SPDX-License-Identifier: BSD-2-Clause */
/* What the plug-in saw, written once when the emulator exits. */
#pragma once

/** Write plugin.json and shared.bin to the output directory. */
void report_write(void);
