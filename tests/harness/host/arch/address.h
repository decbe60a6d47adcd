/* SPDX-License-Identifier: BSD-2-Clause */
/* On the host, kernel memory is an array that checks each address. */
#pragma once

#include "abi/types.h"

void *arch_ptr(paddr_t paddr);
paddr_t arch_paddr(const void *pointer);
