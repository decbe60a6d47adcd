/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machine words of the target, spelled so that the portable core also builds
 * on a 64-bit host: a target word, address or capability pointer is always 32
 * bits wide, whatever the host's pointers are.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t word_t;  /* one machine word */
typedef uint32_t cptr_t;  /* capability pointer: an address in a CSpace */
typedef uint32_t paddr_t; /* canonical physical address */
typedef uint32_t vaddr_t; /* virtual address */

#define WORD_BITS 32
