/* SPDX-License-Identifier: BSD-2-Clause */
/* seL4's user-level API: everything, under one name. */
#pragma once

#include "sel4/invocations.h"
#include "sel4/syscalls.h"
#include "sel4/types.h"
