/* SPDX-License-Identifier: BSD-2-Clause */
/* The root task's entry from the runtime. */
#pragma once

#include "abi/bootinfo.h"

/** The root task's program; never returns. Defined by the root task. */
_Noreturn void root_main(const struct bootinfo *info);
