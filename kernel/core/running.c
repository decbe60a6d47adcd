/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hardware holds of the thread that runs; kernel/running.h. */
#include "kernel/running.h"

struct running running;
