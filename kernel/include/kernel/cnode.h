/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of CNode capabilities: copy, mint, move, mutate, rotate, ... */
#pragma once

#include "kernel/invocation.h"

invocation_handler cnode_invoke;
