/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device-visible image: RAM as devices see it, at the canonical addresses.
 * Cached RAM is private to this kernel; it is written to the image when user
 * level cleans it and read from there when user level invalidates it. Mappings
 * that are not cacheable lead to the image itself.
 */
#pragma once

#include "abi/types.h"

/*
 * User level cleans / invalidates RAM [paddr, paddr + bytes), exactly: no line
 * around it is touched. `bytes` > 0; all of it is RAM.
 */
void image_clean(paddr_t paddr, word_t bytes);
void image_invalidate(paddr_t paddr, word_t bytes);

/* From now on the image of [paddr, paddr + bytes) may hold something. */
void image_used(paddr_t paddr, word_t bytes);

/* The page at `paddr` has been cleared for a new owner: its image, too. */
void image_renew(paddr_t paddr);
