/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task's capabilities: free slots of its CNode, RAM and devices as
 * untyped memory, and the frames of its own image. Every function ends the
 * run when it can not do its work.
 */
#pragma once

#include "abi/bootinfo.h"
#include "sel4/types.h"

/* An address in the root task's CSpace resolves at this depth. */
#define ROOT_DEPTH 32

/** Remember what the kernel gave. Call once, before anything else here. */
void memory_start(const struct bootinfo *info);

/** @return The first of `count` empty slots in a row. */
cptr_t memory_slots(word_t count);

/** @return A fresh untyped of 2^bits bytes of RAM. */
cptr_t memory_untyped(word_t bits);

/** @return Caps to `count` fresh objects, in slots in a row. */
cptr_t memory_objects(cptr_t untyped, enum object_type type, word_t size_bits,
                      word_t count);

/** @return Caps to any number of fresh pages, in slots in a row. */
cptr_t memory_pages(cptr_t untyped, word_t count);

/** @return A copy of `cap` with `rights` and `badge` in a slot of its own. */
cptr_t memory_mint(cptr_t cap, word_t rights, word_t badge);

/**
 * Get a frame of device memory.
 * @param bits  12, 16, 20 or 24; `paddr` is aligned to it.
 * @return 0 if no device untyped holds so much there.
 */
cptr_t memory_device_frame(paddr_t paddr, word_t bits);

/** @return The frame of the root task's own image that holds `address`. */
cptr_t memory_image_frame(const void *address);
