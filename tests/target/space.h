/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An address space in which the program is protected as a process is: the same
 * addresses, but text read-only, data not executable, and a stack of one page
 * with nothing below. (The root task's own image is writable and executable
 * throughout.)
 */
#pragma once

#include "abi/bootinfo.h"
#include "sel4/types.h"

#define SPACE_STACK 0x40000000u /* the stack's only page */

/** Remember where the program lies. Call once. */
void space_start(const struct bootinfo *info);

/** @return Such an address space, of the arena. */
cptr_t space_protected(void);

/** Map a copy of `frame` in `space`, with a page table if there is none.
 * @return The copy. */
cptr_t space_map(cptr_t space, cptr_t frame, vaddr_t address,
                 word_t rights_and_attributes);
#define SPACE_TEXT RIGHT_READ
#define SPACE_DATA (RIGHT_READ | RIGHT_WRITE | SPACE_NOT_EXECUTABLE)
#define SPACE_CONSTANT (RIGHT_READ | SPACE_NOT_EXECUTABLE)
#define SPACE_DEVICE (RIGHT_READ | RIGHT_WRITE | SPACE_NOT_CACHEABLE)
#define SPACE_NOT_EXECUTABLE 0x100u
#define SPACE_NOT_CACHEABLE 0x200u
