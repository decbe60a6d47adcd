/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain memory operations at real addresses, MMU off. */
#pragma once

#include "abi/types.h"

void memory_copy(void *dest, const void *source, word_t bytes);
void memory_clear(void *dest, word_t bytes);
