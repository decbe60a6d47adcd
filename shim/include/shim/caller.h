/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the current thread may name in a shim call, by its own mappings, and
 * how it is answered.
 */
#pragma once

#include "abi/error.h"
#include "arch/types.h"
#include "shim/request.h"

/*
 * Find the device register (or shared RAM) behind the caller's mapping.
 * @param write   The mapping and the region must allow writing.
 * @param device  Out: its canonical address.
 */
bool caller_device(vaddr_t va, bool write, paddr_t *device);

/*
 * Find the caller's private memory at `va`; up to the end of its page.
 * @param write  It will be written; the mapping must allow that.
 * @return Canonical address, 0 if there is none.
 */
paddr_t caller_memory(vaddr_t va, bool write);

/* r0 and r1 of the caller / the same of a refusal. */
void caller_answer(struct context *context, enum err error, word_t value);
void caller_refuse(struct context *context, enum device_argument argument);

/* The calls that name a range of memory; true when `number` is one. */
bool batch_call(word_t number, struct context *context);
bool image_call(word_t number, struct context *context);

/* How the replicas are; true when `number` asks that. */
bool state_call(word_t number, struct context *context);
