/* SPDX-License-Identifier: BSD-2-Clause */
/* TCB invocations that read, write and copy a thread's registers. */
#pragma once

#include "kernel/invocation.h"

invocation_handler tcb_read_registers;
invocation_handler tcb_write_registers;
invocation_handler tcb_copy_registers;
